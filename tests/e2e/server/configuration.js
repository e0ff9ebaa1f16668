// The configuration of oidc-provider: the vendor's paths, and what the tests need.

import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { errors } from 'oidc-provider';

const clients = JSON.parse(readFileSync(new URL('./clients.json', import.meta.url), 'utf8'));
const scopes = ['admin', 'read'];

/** Resources whose access tokens are JWTs (RFC 9068), and how these are signed. All other tokens are opaque. */
const signed = { 'https://rsa.example/api': 'RS256', 'https://ec.example/api': 'ES256' };

/** The vendor's document has no parameter `resource` (RFC 8707), so the client stands for it. */
const resourceOf = {
  [clients.signed_rsa.client_id]: 'https://rsa.example/api',
  [clients.signed_ec.client_id]: 'https://ec.example/api',
};

const key = (type, options, members) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }),
  ...members,
});

export const configuration = () => ({
  clients: Object.values(clients),
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
  jwks: {
    keys: [
      key('rsa', { modulusLength: 2048 }, { kid: 'rsa', use: 'sig', alg: 'RS256' }),
      key('ec', { namedCurve: 'P-256' }, { kid: 'ec', use: 'sig', alg: 'ES256' }),
    ],
  },
  cookies: { keys: ['signs cookies that do not outlive a run'] },
  scopes,
  claims: {},
  responseTypes: ['code'],
  pkce: { required: () => true },
  routes: {
    authorization: '/v2/oauth/authorize',
    introspection: '/v2/oauth/introspect',
    jwks: '/v2/oauth/jwks',
    registration: '/v2/oauth/register',
    revocation: '/v2/oauth/revoke',
    token: '/v2/oauth/token',
  },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: true },
    dPoP: { enabled: false },
    introspection: { enabled: true, allowedPolicy: () => true },
    pushedAuthorizationRequests: { enabled: false },
    registration: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx, client) => resourceOf[client.clientId],
      getResourceServerInfo: (ctx, resource) => {
        const alg = signed[resource];
        if (!alg) throw new errors.InvalidTarget();
        return { scope: scopes.join(' '), accessTokenFormat: 'jwt', jwt: { sign: { alg } } };
      },
      useGrantedResource: () => true,
    },
    revocation: { enabled: true, allowedPolicy: () => true },
    rpInitiatedLogout: { enabled: false },
    userinfo: { enabled: false },
  },
  issueRefreshToken: (ctx, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: true,
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  // Seconds; longer than any run.
  ttl: {
    AccessToken: 600,
    AuthorizationCode: 600,
    ClientCredentials: 600,
    Grant: 3600,
    IdToken: 600,
    Interaction: 3600,
    RefreshToken: 3600,
    Session: 3600,
  },
});
