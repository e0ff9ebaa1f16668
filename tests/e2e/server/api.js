// A protected resource beside the authorization server: the list of OAuth clients, for whoever has an access token.

const METADATA = '/.well-known/oauth-protected-resource';

/** The list in the shape of the vendor's document: the one client the token was issued to. */
const list = ({ clientId, clientName, clientAuthMethod }) => ({
  data: [
    {
      record_type: 'oauth_client',
      client_id: clientId,
      name: clientName ?? clientId,
      org_id: 'organization',
      user_id: 'user',
      client_type: clientAuthMethod === 'none' ? 'public' : 'confidential',
      require_pkce: true,
      created_at: '2026-01-02T03:04:05Z',
      updated_at: '2026-01-02T03:04:05Z',
    },
  ],
  meta: { page_number: 1, page_size: 20, total_pages: 1, total_results: 1 },
});

export const protect = (provider) => async (ctx, next) => {
  if (ctx.path === METADATA) {
    ctx.body = { resource: provider.issuer, authorization_servers: [provider.issuer] };
    return;
  }
  if (ctx.path !== '/v2/oauth_clients') {
    await next();
    return;
  }
  const [, value] = /^Bearer (\S+)$/i.exec(ctx.get('authorization')) ?? [];
  const token = value && ((await provider.ClientCredentials.find(value)) ?? (await provider.AccessToken.find(value)));
  if (!token?.isValid) {
    const error = value ? ' error="invalid_token",' : '';
    ctx.status = 401;
    ctx.set('WWW-Authenticate', `Bearer${error} resource_metadata="${provider.issuer}${METADATA}"`);
    ctx.body = { errors: [{ code: '10009', title: 'Authentication failed' }] };
    return;
  }
  ctx.body = list(await provider.Client.find(token.clientId));
};
