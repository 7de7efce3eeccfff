// Warns two minutes before a session ends, and lets it go on without losing what is filled in on the page.
(function () {
  "use strict";
  const body = document.body, warning = document.getElementById("session-warning");
  const form = document.getElementById("session-extend");
  if (!warning || !form) return;
  const left = Number(body.dataset.sessionEnds) - Number(body.dataset.now);
  let timer = 0;
  function plan(seconds) {
    warning.hidden = true;
    window.clearTimeout(timer);
    timer = window.setTimeout(function () { warning.hidden = false; }, Math.max(0, seconds - 120) * 1000);
  }
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    fetch(form.action, {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "Accept": "application/json" },
    }).then(function (answer) {
      if (answer.ok) return answer.json().then(function (said) { plan(said.seconds); });
      form.submit();
    }, function () { form.submit(); });
  });
  plan(left);
})();
