//! The operations.

use reqwest::{Method, StatusCode, header};
use serde::Deserialize;

use crate::{
    client::{Client, json, send},
    error::Error,
    types::*,
};

/// What most answers are wrapped in.
#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

impl Client {
    /// GetOAuthAuthorizationServerMetadata
    pub async fn authorization_server_metadata(&self) -> Result<AuthorizationServerMetadata, Error> {
        json(self.well_known("oauth-authorization-server")).await
    }

    /// GetOAuthProtectedResourceMetadata
    pub async fn protected_resource_metadata(&self) -> Result<ProtectedResourceMetadata, Error> {
        json(self.well_known("oauth-protected-resource")).await
    }

    /// AuthorizeOAuth: where the server redirects to, if it does.
    pub async fn authorize(&self, params: &Authorize) -> Result<Option<String>, Error> {
        let response = self.request(Method::GET, &["oauth", "authorize"]).query(params).send().await?;
        match response.status() {
            StatusCode::OK => Ok(None),
            StatusCode::FOUND => {
                let location = response.headers().get(header::LOCATION);
                Ok(location.and_then(|value| value.to_str().ok()).map(str::to_owned))
            }
            status => {
                let error = serde_json::from_slice(&response.bytes().await?).unwrap_or_default();
                Err(Error::Api { status, error })
            }
        }
    }

    /// GetOAuthConsentToken
    pub async fn consent_token(&self, consent_token: &str) -> Result<Consent, Error> {
        let request = self.bearer(Method::GET, &["oauth", "consent", segment(consent_token)?])?;
        Ok(json::<Envelope<_>>(request).await?.data)
    }

    /// CreateOAuthGrant
    pub async fn create_grant(&self, grant: &CreateGrant) -> Result<GrantRedirect, Error> {
        json(self.bearer(Method::POST, &["oauth", "grants"])?.json(grant)).await
    }

    /// IntrospectOAuthToken
    pub async fn introspect(&self, token: &str) -> Result<Introspection, Error> {
        json(self.authenticated(Method::POST, &["oauth", "introspect"])?.form(&[("token", token)])).await
    }

    /// GetOAuthJWKS
    pub async fn jwks(&self) -> Result<JwkSet, Error> {
        json(self.request(Method::GET, &["oauth", "jwks"])).await
    }

    /// RegisterOAuthClient
    pub async fn register(&self, client: &RegisterClient) -> Result<RegisteredClient, Error> {
        json(self.request(Method::POST, &["oauth", "register"]).json(client)).await
    }

    /// ExchangeOAuthToken
    pub async fn token(&self, request: &TokenRequest) -> Result<Token, Error> {
        json(self.authenticated(Method::POST, &["oauth", "token"])?.form(request)).await
    }

    /// ListOAuthClients
    pub async fn list_clients(&self, params: &ListClients) -> Result<Page<OAuthClient>, Error> {
        json(self.bearer(Method::GET, &["oauth_clients"])?.query(params)).await
    }

    /// CreateOAuthClient
    pub async fn create_client(&self, client: &CreateClient) -> Result<OAuthClient, Error> {
        Ok(json::<Envelope<_>>(self.bearer(Method::POST, &["oauth_clients"])?.json(client)).await?.data)
    }

    /// GetOAuthClient
    pub async fn client(&self, id: &str) -> Result<OAuthClient, Error> {
        let id = segment(id)?;
        Ok(json::<Envelope<_>>(self.bearer(Method::GET, &["oauth_clients", id])?).await?.data)
    }

    /// UpdateOAuthClient
    pub async fn update_client(&self, id: &str, client: &UpdateClient) -> Result<OAuthClient, Error> {
        let id = segment(id)?;
        Ok(json::<Envelope<_>>(self.bearer(Method::PUT, &["oauth_clients", id])?.json(client)).await?.data)
    }

    /// DeleteOAuthClient
    pub async fn delete_client(&self, id: &str) -> Result<(), Error> {
        let id = segment(id)?;
        send(self.bearer(Method::DELETE, &["oauth_clients", id])?).await.map(drop)
    }

    /// ListOAuthGrants
    pub async fn list_grants(&self, params: &ListGrants) -> Result<Page<OAuthGrant>, Error> {
        json(self.bearer(Method::GET, &["oauth_grants"])?.query(params)).await
    }

    /// GetOAuthGrant
    pub async fn grant(&self, id: &str) -> Result<OAuthGrant, Error> {
        let id = segment(id)?;
        Ok(json::<Envelope<_>>(self.bearer(Method::GET, &["oauth_grants", id])?).await?.data)
    }

    /// RevokeOAuthGrant
    pub async fn revoke_grant(&self, id: &str) -> Result<OAuthGrant, Error> {
        let id = segment(id)?;
        Ok(json::<Envelope<_>>(self.bearer(Method::DELETE, &["oauth_grants", id])?).await?.data)
    }
}

/// `Url` drops a segment that is `.` or `..`: the request would go to the collection.
fn segment(id: &str) -> Result<&str, Error> {
    match id {
        "" | "." | ".." => Err(Error::InvalidId),
        id => Ok(id),
    }
}
