//! Number 12 of the conformance list: nothing secret is shown, by no type, no error and no line of the log.

mod log;
mod public;

use std::collections::BTreeSet;
use std::fmt::{Debug, Write as _};
use std::time::{Duration, SystemTime};

use public::Surface;
use serde_json::{Value, json};
use telnyx_oauth::http::{HeaderMap, HeaderValue, Response as HttpResponse, StatusCode, header};
use telnyx_oauth::resources::{OAuth, OAuthClients, OAuthGrants, WellKnown};
use telnyx_oauth::test_util::{RecordedRequest, ScriptedTransport, TestClock, response};
use telnyx_oauth::types::*;
use telnyx_oauth::*;

/// Every secret of these tests.
const SECRET: &str = "S3NTINEL";
const CALLBACK: &str = "https://app.example/callback";
/// Something that is allowed to be seen.
const TIME: &str = "2026-01-01T00:00:00Z";

/// The names and the texts of values, printed in both ways.
macro_rules! shown {
    ($($name:ident: $value:expr),* $(,)?) => {
        vec![$((stringify!($name), {
            let value = $value;
            let _: &$name = &value;
            format!("{value:?} {value:#?}")
        })),*]
    };
}

/// A value of a type that the server sends, with a secret in what it does not know.
macro_rules! received {
    ($name:ident, $($json:tt)+) => {{
        let mut value = json!($($json)+);
        value["unknown"] = json!({ "deep": [SECRET] });
        serde_json::from_value::<$name>(value).expect(stringify!($name))
    }};
}

fn oauth_client() -> Value {
    json!({
        "client_id": "c", "client_secret": SECRET, "client_type": "confidential", "created_at": TIME, "name": "n",
        "org_id": "o", "record_type": "oauth_client", "require_pkce": true, "updated_at": TIME, "user_id": "u",
    })
}

fn oauth_grant() -> Value {
    json!({"client_id": "c", "created_at": TIME, "id": "i", "record_type": "oauth_grant", "scopes": ["admin"]})
}

fn builder(script: &ScriptedTransport) -> ClientBuilder {
    Client::builder()
        .transport(script.clone())
        .retry(RetryPolicy::none())
        .api_key(SECRET)
        .client_auth(ClientAuth::basic("id", SECRET))
        .default_header("x-key", SECRET)
        .credential("other", Credential::basic("user", SECRET))
}

fn challenges() -> HeaderMap {
    let challenge = format!("Bearer nonce=\"{SECRET}\", resource_metadata=\"https://m.example/?x={SECRET}\", {SECRET}");
    let mut headers = HeaderMap::new();
    headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_str(&challenge).expect("a header"));
    headers
}

/// One value of every public type, with a secret wherever it can hold one.
async fn every_type() -> Vec<(&'static str, String)> {
    let script = ScriptedTransport::new();
    let client = builder(&script).build().expect("complete");
    let list = || client.oauth_clients().list(ListOAuthClients::new()).query("q", SECRET).header("x", SECRET);
    let attempt = || {
        let params = AuthorizeOAuth::new("id", CALLBACK).state(SECRET);
        let attempt = client.oauth().authorize_url(params).expect("a URL");
        let text = attempt.to_secret_json().expect("JSON");
        let text = text.replace(attempt.state().expose(), SECRET).replace(attempt.code_verifier().expose(), SECRET);
        assert!(text.matches(SECRET).count() >= 3, "the state, the verifier, and the state in the URL");
        AuthorizationAttempt::from_secret_json(&text).expect("an attempt")
    };

    script.respond_json(200, &json!({"data": [oauth_client()]}));
    let page = list().await.expect("a page");
    script.respond_json(200, &json!({"active": true, "more": SECRET}));
    let answer = client.oauth().introspect(SECRET).header("x", SECRET).send().await.expect("an answer");
    let recorded = script.requests().pop().expect("a request");
    script.respond(200, "text/plain", SECRET);
    let raw = client.oauth().introspect(SECRET).send_raw().await.expect("an answer");
    script.respond_with(HttpResponse::builder().status(302).header("location", SECRET).body("").expect("a response"));
    let outcome =
        client.oauth().authorize(AuthorizeOAuth::new("id", CALLBACK).state(SECRET)).await.expect("an outcome");
    let AuthorizeOAuthOutcome::Found(redirect) = outcome.clone() else { panic!("{outcome:?}") };
    script
        .respond_json(200, &json!({"resource": "https://r.example", "authorization_servers": ["https://as.example"]}));
    script.respond_json(200, &json!({"issuer": "https://as.example", "more": SECRET}));
    let discovery = client.well_known().discover_resource("https://r.example").await.expect("metadata");
    let [api_error, redirect_error, decode_error] = [
        response(StatusCode::BAD_REQUEST, format!("<p>{SECRET}</p>")),
        {
            let moved =
                HttpResponse::builder().status(307).header("location", format!("https://x.example/?code={SECRET}"));
            moved.body(Body::from(SECRET)).expect("a response")
        },
        response(StatusCode::OK, json!({"active": SECRET}).to_string()),
    ]
    .map(|response| {
        let (_, reader) = client.oauth().introspect(SECRET).into_http().expect("a request");
        reader.read(response).expect_err("a failure")
    });
    let (Error::Api(api), Error::Redirect(redirected), Error::Decode(undecoded)) =
        (&api_error, &redirect_error, &decode_error)
    else {
        panic!("{api_error:?} {redirect_error:?} {decode_error:?}");
    };
    let vendor = json!({"errors": [{"code": "1", "more": SECRET}]}).to_string();
    let (_, reader) = client.oauth_grants().retrieve("1").into_http().expect("a request");
    let vendor = reader.read(response(StatusCode::CONFLICT, vendor)).expect_err("an error");
    let detail = vendor.as_api().and_then(|api| api.errors().first()).expect("a detail");
    let mut refused = attempt();
    let refusal = format!("error=access_denied&state={SECRET}&more={SECRET}");
    let refusal = refused.accept_callback(&refusal).expect_err("a refusal");
    let CallbackError::Denied(denial) = &refusal else { panic!("{refusal:?}") };
    let unsent = TransportError::new(TransportErrorKind::Io, "broken");
    let listener = LoopbackListener::bind("/callback").await.expect("a port");

    shown![
        AccessToken: AccessToken::from(SECRET),
        AccessTokenClaims: received!(AccessTokenClaims, {"iss": "i", "aud": "a", "exp": 1}),
        AnyToken: AnyToken::from(SECRET),
        ApiError: api,
        ApiKey: ApiKey::from(SECRET),
        AuthorizationAttempt: attempt(),
        AuthorizationCode: AuthorizationCode::from(SECRET),
        AuthorizationCodeGrant: TokenRequest::authorization_code(SECRET, SECRET, CALLBACK),
        AuthorizationRequired: AuthorizationRequired,
        AuthorizationServerMetadata: received!(AuthorizationServerMetadata, {"issuer": "i"}),
        AuthorizeOAuth: AuthorizeOAuth::new("id", CALLBACK).state(SECRET),
        AuthorizeOAuthOutcome: outcome,
        Body: Body::from(SECRET),
        CallbackError: refusal.clone(),
        CallbackQuery: CallbackQuery::from(SECRET),
        Challenge: Challenge::all(&challenges()).into_iter().next().expect("a challenge"),
        Client: client.clone(),
        ClientAuth: ClientAuth::post("id", SECRET),
        ClientAuthError: ClientAuthError::SecretMissing,
        ClientBuilder: builder(&script),
        ClientCredentialsGrant: TokenRequest::client_credentials(),
        ClientSecret: ClientSecret::from(SECRET),
        ClientType: ClientType::Public,
        CodeChallengeMethod: CodeChallengeMethod::S256,
        CodeVerifier: CodeVerifier::from(SECRET),
        Consent: received!(Consent, {}),
        ConsentToken: ConsentToken::from(SECRET),
        CreateOAuthClient: CreateOAuthClient::new([GrantType::RefreshToken], ["admin"], ClientType::Public, "n"),
        CreateOAuthGrant: CreateOAuthGrant::new(true, SECRET),
        Credential: Credential::token(SECRET),
        Credentials: Credentials::none().api_key(SECRET).client_auth(ClientAuth::basic_raw("id", SECRET)),
        DecodeError: undecoded,
        Denial: denial.clone(),
        DiscoveryError: DiscoveryError::NoMetadata,
        Encoding: Encoding::Form,
        Error: &api_error,
        ErrorDetail: detail.clone(),
        Extra: Extra::from_iter([("token", SECRET)]),
        GrantRedirect: received!(GrantRedirect, {"redirect_uri": format!("https://x.example/?code={SECRET}")}),
        GrantRedirectUri: GrantRedirectUri::from(SECRET),
        GrantType: GrantType::RefreshToken,
        IntrospectRequest: IntrospectRequest::new(SECRET),
        Introspection: received!(Introspection, {"active": true}),
        IntrospectionAud: IntrospectionAud::Unknown(UnknownVariant::from(json!({"x": SECRET}))),
        Jwk: received!(Jwk, {"kty": "oct", "k": SECRET}),
        JwkSet: received!(JwkSet, {"keys": [{"kty": "EC", "d": SECRET}]}),
        ListOAuthClients: ListOAuthClients::new(),
        ListOAuthClientsResponse: received!(ListOAuthClientsResponse, {"data": [oauth_client()]}),
        ListOAuthGrants: ListOAuthGrants::new(),
        ListOAuthGrantsResponse: received!(ListOAuthGrantsResponse, {"data": [oauth_grant()]}),
        LoopbackError: LoopbackError::Timeout,
        LoopbackListener: listener,
        ManagedToken: ManagedToken::of_user(ClientAuth::basic("id", SECRET), TokenSet::new(SECRET), SystemTime::UNIX_EPOCH),
        OAuth: client.oauth(),
        OAuthClient: received!(OAuthClient, oauth_client()),
        OAuthClients: client.oauth_clients(),
        OAuthError: received!(OAuthError, {"error": "invalid_grant"}),
        OAuthGrant: received!(OAuthGrant, oauth_grant()),
        OAuthGrants: client.oauth_grants(),
        PageMeta: received!(PageMeta, {}),
        ParseTimestampError: SECRET.parse::<Timestamp>().expect_err("no time"),
        ProtectedResourceMetadata: received!(ProtectedResourceMetadata, {"resource": "r"}),
        RawResponse: raw,
        RecordedRequest: recorded,
        Redirect: redirect,
        RedirectError: redirected,
        RefreshToken: RefreshToken::from(SECRET),
        RefreshTokenGrant: TokenRequest::refresh_token(SECRET),
        RegisterOAuthClient: RegisterOAuthClient::new(),
        RegisteredOAuthClient: received!(RegisteredOAuthClient, {
            "client_id": "c", "client_id_issued_at": 1, "client_secret": SECRET, "registration_access_token": SECRET,
        }),
        RegistrationAccessToken: RegistrationAccessToken::from(SECRET),
        RegistrationError: received!(RegistrationError, {}),
        RequestedScope: received!(RequestedScope, {}),
        RetryPolicy: RetryPolicy::none(),
        ScriptedTransport: script.clone(),
        State: State::from(SECRET),
        SystemClock: SystemClock,
        TestClock: TestClock::at(SystemTime::UNIX_EPOCH),
        Timestamp: TIME.parse::<Timestamp>().expect("a time"),
        TokenEndpointAuthMethod: TokenEndpointAuthMethod::None,
        TokenRequest: received!(TokenRequest, {"grant_type": "refresh_token", "refresh_token": SECRET}),
        TokenResponse: received!(TokenResponse, {
            "access_token": SECRET, "token_type": "Bearer", "expires_in": 1, "refresh_token": SECRET,
        }),
        TokenSet: TokenSet::new(SECRET).refresh_token(SECRET),
        TokenStoreLock: TokenStoreLock::new(SECRET.to_owned()),
        TokenType: TokenType::Bearer,
        TokenTypeError: TokenTypeError,
        TransportError: unsent,
        TransportErrorKind: TransportErrorKind::Io,
        UnknownValue: {
            let ClientType::Unknown(value) = ClientType::from("new") else { panic!("a known value") };
            value
        },
        UnknownVariant: UnknownVariant::from(json!({"a": SECRET})),
        UpdateOAuthClient: UpdateOAuthClient::new(),
        Verifier: Verifier::new(&client, "issuer", "audience"),
        VerifyError: VerifyError::Expired,
        WellKnown: client.well_known(),
    ]
    .into_iter()
    .chain([("Discovery", format!("{discovery:?} {discovery:#?}"))])
    .chain(generic(&client, list, page, answer))
    .collect()
}

/// The types with a parameter.
fn generic(
    client: &Client,
    list: impl Fn() -> Request<Page<OAuthClient>>,
    page: Page<OAuthClient>,
    answer: Response<Introspection>,
) -> Vec<(&'static str, String)> {
    let both = |value: &dyn Debug| format!("{value:?} {value:#?}");
    let (request, reader) = client.oauth().introspect(SECRET).into_http().expect("a request");
    vec![
        ("BlockingIter", both(&list().items().into_iter())),
        ("Items", both(&list().items())),
        ("Page", both(&page)),
        ("Pages", both(&list().pages())),
        ("Reader", both(&reader)),
        ("Request", both(&list())),
        ("Response", both(&answer)),
        ("http::Request", both(&request)),
    ]
}

/// Not here: only the builder makes one, and it holds a stack of its own.
const UNSEEN: &[&str] = &["ReqwestTransport"];

#[tokio::test]
async fn no_public_type_shows_a_secret() {
    let surface = Surface::read();
    let shown = every_type().await;
    let names: BTreeSet<&str> = shown.iter().map(|(name, _)| *name).chain(UNSEEN.iter().copied()).collect();
    let missing: Vec<&String> = surface.types.iter().filter(|name| !names.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "public types without a value here: {missing:?}");
    let gone: Vec<_> = names.iter().filter(|name| !surface.types.contains(**name) && !name.contains("::")).collect();
    assert!(gone.is_empty(), "values here of types that are not public: {gone:?}");
    for (name, text) in &shown {
        assert!(!text.contains(SECRET), "{name}: {text}");
    }
    assert!(surface.secrets.len() > 10 && surface.members.len() > 8, "{:?}", surface.members);
    for secret in surface.secrets.iter().filter(|name| surface.types.contains(*name)) {
        let text = &shown.iter().find(|(name, _)| name == secret).expect("it is there").1;
        let expected = format!("{secret}([redacted])");
        assert_eq!(*text, format!("{expected} {expected}"));
    }
    // A member that is empty here would prove nothing.
    for (owner, member, secret) in &surface.members {
        let text = &shown.iter().find(|(name, _)| name == owner).expect("it is there").1;
        let hidden = [format!("{member}: {secret}([redacted])"), format!("{member}: Some({secret}([redacted]))")];
        assert!(hidden.iter().any(|hidden| text.contains(hidden)), "{owner}.{member} is not set: {text}");
    }
}

/// An error, all that caused it, printed in every way.
fn printed(error: &dyn std::error::Error) -> String {
    let mut text = format!("{error} {error:#} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(error) = source {
        write!(text, " {error} {error:?} {error:#?}").expect("text");
        source = error.source();
    }
    text
}

/// One error of each kind, with what led to it full of secrets.
async fn every_error() -> Vec<(&'static str, String)> {
    let script = ScriptedTransport::new();
    let clock = TestClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600));
    let client = builder(&script).clock(clock.clone()).build().expect("complete");
    let token = || client.oauth().token(TokenRequest::refresh_token(SECRET)).header("x", SECRET).query("q", SECRET);
    let managed = Client::builder().transport(script.clone()).retry(RetryPolicy::none());
    let managed = managed.client_auth(ClientAuth::post("id", SECRET)).build().expect("complete");
    let fails = async |error: Result<TokenResponse, Error>| error.expect_err("a failure");

    let transport = {
        script.fail(TransportErrorKind::Io);
        fails(token().await).await
    };
    let timeout = {
        script.hang();
        fails(token().await).await
    };
    let api = {
        let body = json!({"error": "invalid_grant", "error_uri": "https://e", "hint": SECRET}).to_string();
        let answer =
            HttpResponse::builder().status(400).header("set-cookie", SECRET).header("www-authenticate", SECRET);
        script.respond_with(answer.body(body).expect("a response"));
        fails(token().await).await
    };
    let redirect = {
        let answer =
            HttpResponse::builder().status(303).header("location", format!("https://x.example/?code={SECRET}"));
        script.respond_with(answer.body(SECRET).expect("a response"));
        fails(token().await).await
    };
    let mut decoded = Vec::new();
    for body in [
        json!({"access_token": [SECRET], "token_type": "Bearer", "expires_in": 1}),
        json!({"access_token": "t", "token_type": "Bearer", "expires_in": SECRET}),
        json!({"access_token": "t", "token_type": {SECRET: SECRET}, "expires_in": 1}),
        json!({SECRET: SECRET}),
        json!([SECRET]),
        json!(SECRET),
    ] {
        script.respond_json(200, &body);
        decoded.push(("Error::Decode", printed(&fails(token().await).await)));
    }
    script.respond(200, "text/plain", SECRET);
    decoded.push(("Error::Decode", printed(&fails(token().await).await)));
    let too_large = {
        script.respond(200, "text/plain", SECRET.repeat(100));
        let small = builder(&script).max_response_bytes(99).build().expect("complete");
        small.oauth().jwks().await.expect_err("too large")
    };
    let no_token = {
        script.respond_json(401, &json!({"error": "invalid_client", "hint": SECRET}));
        managed.oauth_grants().retrieve(SECRET).await.expect_err("no token")
    };
    let flow = {
        script.respond_json(200, &json!({"access_token": SECRET, "token_type": SECRET, "expires_in": 1}));
        managed.oauth_grants().retrieve(SECRET).await.expect_err("no bearer token")
    };
    let Error::Token(inner) = &flow else { panic!("{flow:?}") };
    assert!(matches!(**inner, Error::Flow(_)), "{flow:?}");
    let missing = Client::builder().transport(script.clone()).build().expect("complete");
    let missing = missing.oauth_grants().retrieve(SECRET).query("q", SECRET).await.expect_err("no credential");

    let mut errors = vec![
        ("Error::Transport", printed(&transport)),
        ("Error::Timeout", printed(&timeout)),
        ("Error::Api", printed(&api)),
        ("Error::Redirect", printed(&redirect)),
        ("Error::TooLarge", printed(&too_large)),
        ("Error::Token", printed(&no_token)),
        ("Error::Flow", printed(&**inner)),
        ("Error::MissingCredential", printed(&missing)),
    ];
    errors.extend(decoded);
    for url in [&format!("https://u:{SECRET}@h/"), &format!("{SECRET}://h/"), &format!("https://h/?x={SECRET}"), SECRET]
    {
        let error = builder(&script).base_url(url).build().expect_err("no base URL");
        errors.push(("Error::Configuration", printed(&error)));
    }
    for builder in [
        Client::builder().proxy(format!("http://user:{SECRET}@:x")),
        Client::builder()
            .root_certificates(format!("-----BEGIN CERTIFICATE-----\n{SECRET}\n-----END CERTIFICATE-----\n")),
        Client::builder().default_header("x-key", format!("{SECRET}\n")),
        Client::builder().default_header(format!("{SECRET} x"), "x"),
        Client::builder().user_agent_suffix(format!("{SECRET}\n")),
    ] {
        errors.push(("Error::Configuration", printed(&builder.build().expect_err("a fault"))));
    }
    let bad_key = Credentials::none().api_key(format!("{SECRET}\n"));
    for request in [
        client.oauth_grants().retrieve("1").header("x", &format!("{SECRET}\n")),
        client.oauth_grants().retrieve("1").header(&format!("{SECRET} x"), "x"),
        client.oauth_grants().retrieve("1").credentials(bad_key),
        client.oauth_grants().retrieve("1").scheme(SECRET),
    ] {
        errors.push(("Error::InvalidRequest", printed(&request.await.expect_err("a fault"))));
    }
    let resource = ManagedToken::new(ClientAuth::basic("id", SECRET)).resource(format!("{SECRET}#x"));
    errors.push(("Error::InvalidRequest", printed(&resource.get(&client).await.expect_err("no resource"))));

    errors.extend(callback_errors(&client));
    errors.extend(others(&client).await);
    errors
}

fn callback_errors(client: &Client) -> Vec<(&'static str, String)> {
    let cases = [
        ("CallbackError::StateMismatch", "state=S3NTINEL&code=S3NTINEL"),
        ("CallbackError::IssuerMismatch", "state=STATE&code=S3NTINEL&iss=S3NTINEL"),
        ("CallbackError::IssuerMissing", "state=STATE&code=S3NTINEL"),
        ("CallbackError::Repeated", "state=STATE&code=S3NTINEL&code=S3NTINEL"),
        ("CallbackError::Denied", "state=STATE&error=access_denied&code=S3NTINEL&iss=https://as.example"),
        ("CallbackError::CodeMissing", "state=STATE&x=S3NTINEL&iss=https://as.example"),
        ("CallbackError::Expired", "state=STATE&code=S3NTINEL&iss=https://as.example"),
        ("CallbackError::Replayed", "state=STATE&code=S3NTINEL&iss=https://as.example"),
    ];
    let cases = cases.map(|(name, query)| {
        let attempt = client.oauth().authorize_url(AuthorizeOAuth::new("id", CALLBACK)).expect("a URL");
        let mut attempt = attempt.require_issuer("https://as.example");
        let query = query.replace("STATE", attempt.state().expose());
        if name.ends_with("Replayed") {
            attempt.accept_callback(&query).expect("a code");
        }
        if name.ends_with("Expired") {
            attempt = attempt.valid_for(Duration::ZERO);
        }
        let error = attempt.accept_callback(&query).expect_err("no code");
        assert_eq!(format!("CallbackError::{error:?}").split('(').next(), Some(name));
        (name, format!("{} {}", printed(&error), printed(&Error::from(error.clone()))))
    });
    cases.into()
}

/// Errors that hold nothing, and those that hold another.
async fn others(client: &Client) -> Vec<(&'static str, String)> {
    let keys = Verifier::new(client, SECRET, SECRET).verify(SECRET).await.expect_err("no token");
    let unfetched = VerifyError::Keys(client.oauth_grants().retrieve("").await.expect_err("no identifier"));
    let io = LoopbackError::Io(std::io::Error::other("it failed"));
    vec![
        ("ClientAuthError::SecretExpired", printed(&ClientAuthError::SecretExpired)),
        ("ClientAuthError::SecretMissing", printed(&ClientAuthError::SecretMissing)),
        ("ClientAuthError::UnknownMethod", {
            let secret = ClientSecret::from(SECRET);
            printed(&ClientAuth::registered("id", Some(&secret), Some(SECRET)).expect_err("an unknown method"))
        }),
        ("DiscoveryError::NoMetadata", printed(&DiscoveryError::NoMetadata)),
        ("DiscoveryError::InvalidUrl", {
            let error = client.well_known().discover_server(&format!("http://{SECRET}.example")).await;
            printed(&error.expect_err("http"))
        }),
        ("DiscoveryError::ResourceMismatch", printed(&DiscoveryError::ResourceMismatch)),
        ("DiscoveryError::NoAuthorizationServer", printed(&DiscoveryError::NoAuthorizationServer)),
        ("DiscoveryError::IssuerMismatch", printed(&DiscoveryError::IssuerMismatch)),
        ("LoopbackError::Timeout", printed(&LoopbackError::Timeout)),
        ("LoopbackError::Io", printed(&io)),
        ("VerifyError::Malformed", printed(&keys)),
        ("VerifyError::Algorithm", printed(&VerifyError::Algorithm)),
        ("VerifyError::Type", printed(&VerifyError::Type)),
        ("VerifyError::Critical", printed(&VerifyError::Critical)),
        ("VerifyError::UnknownKey", printed(&VerifyError::UnknownKey)),
        ("VerifyError::Signature", printed(&VerifyError::Signature)),
        ("VerifyError::MissingClaim", printed(&VerifyError::MissingClaim("sub"))),
        ("VerifyError::Issuer", printed(&VerifyError::Issuer)),
        ("VerifyError::Audience", printed(&VerifyError::Audience)),
        ("VerifyError::Expired", printed(&VerifyError::Expired)),
        ("VerifyError::NotYetValid", printed(&VerifyError::NotYetValid)),
        ("VerifyError::Keys", printed(&unfetched)),
    ]
}

#[tokio::test]
async fn no_error_shows_a_secret() {
    let surface = Surface::read();
    let errors = every_error().await;
    let made: BTreeSet<&str> = errors.iter().map(|(name, _)| *name).collect();
    let enums = surface.variants.iter().filter(|(name, _)| name.ends_with("Error"));
    for (name, variants) in enums.filter(|(name, _)| surface.types.contains(*name)) {
        for variant in variants {
            let path = format!("{name}::{variant}");
            assert!(made.contains(path.as_str()), "there is no {path} here");
        }
    }
    for (name, text) in &errors {
        assert!(!text.contains(SECRET), "{name}: {text}");
    }
}
