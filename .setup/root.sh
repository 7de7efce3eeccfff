# Read by the other scripts: says in $can_install whether packages can be installed without asking, and how.
can_install=""
as_root=""
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        can_install=yes
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        can_install=yes
        as_root="sudo -n"
    fi
fi

# Installs packages and starts no service of theirs, whether a service manager runs or not: invoke-rc.d and systemd ask
# policy-rc.d, and what the tests need they start themselves.
apt_install() {
    log=$(mktemp)
    # shellcheck disable=SC2016
    if $as_root env DEBIAN_FRONTEND=noninteractive sh -c '
        policy=/usr/sbin/policy-rc.d
        if [ ! -e "$policy" ]; then
            trap "rm -f $policy" EXIT
            printf "#!/bin/sh\nexit 101\n" >"$policy" && chmod 755 "$policy"
        fi
        apt-get -q update && apt-get -q install -y --no-install-recommends "$@"' sh "$@" >"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    tail -n 3 "$log" >&2
    rm -f "$log"
    return 1
}
