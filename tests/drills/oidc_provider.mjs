// A provider of OpenID Connect for the drill of sign-ins: npm's oidc-provider, which lets one person in without asking.
// Settings come as JSON in SETTINGS: modules (folder), port, issuer, redirect_uri, client (JWK), keys (JWKs), claims.
const settings = JSON.parse(process.env.SETTINGS);
const { Provider } = await import(`${settings.modules}/oidc-provider/lib/index.js`);

const provider = new Provider(settings.issuer, {
  clients: [{
    client_id: 'avtaleflyt',
    redirect_uris: [settings.redirect_uri],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'RS256',
    id_token_signed_response_alg: 'RS256',
    jwks: { keys: [settings.client] },
  }],
  jwks: { keys: settings.keys },
  cookies: { keys: ['drill'] },
  acrValues: ['substantial', 'high'],
  claims: { acr: null, auth_time: null, sid: null, iss: null, openid: ['sub', ...Object.keys(settings.claims)] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: false } },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...settings.claims }) }),
});

async function letIn(context) {
  const { prompt, params, session } = await provider.interactionDetails(context.req, context.res);
  if (prompt.name === 'login') return { login: { accountId: 'pairwise-1', acr: 'substantial' } };
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return { consent: { grantId: await grant.save() } };
}

provider.use(async (context, next) => {
  if (!context.path.startsWith('/interaction/')) return next();
  const result = await letIn(context);
  context.respond = false;
  await provider.interactionFinished(context.req, context.res, result, { mergeWithLastSubmission: true });
});
provider.on('server_error', (_context, error) => console.error(error));
for (const kind of ['authorization', 'grant', 'interaction']) {
  provider.on(`${kind}.error`, (_context, error) => console.error(kind, error.message, error.error_detail));
}
provider.listen(settings.port, '127.0.0.1', () => console.log('listening'));
