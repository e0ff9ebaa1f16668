//! The user's browser: it follows redirects within the server, keeps cookies, and answers login and consent.

use reqwest::redirect::Policy;
use reqwest::{Client, Response, header};
use url::Url;

use crate::server::issuer;

/// What the user does when asked for consent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    Given,
    Refused,
}

/// A browser without a session: its user has to log in.
pub struct Browser(Client);

impl Browser {
    pub fn new() -> Self {
        let client = Client::builder().cookie_store(true).redirect(Policy::none()).no_proxy().build();
        Self(client.expect("the browser starts"))
    }

    /// Opens the URL of an authorization request and gives the URL the browser is sent to in the end.
    pub async fn authorize(&self, url: &str, consent: Consent) -> String {
        let mut response = self.get(url).await;
        // Each of login and consent takes a redirect to the form, the form, and a redirect back.
        for _ in 0..10 {
            let here = response.url().clone();
            if response.status().is_redirection() {
                let location = response.headers()[header::LOCATION].to_str().expect("a location is text").to_owned();
                let next = here.join(&location).expect("a location is a URL");
                if !next.as_str().starts_with(&format!("{}/", issuer())) {
                    return location;
                }
                response = self.get(next.as_str()).await;
                continue;
            }
            let status = response.status();
            let page = response.text().await.expect("a page is text");
            assert!(status.is_success(), "{status} at {here}: {page}");
            let prompt = between(&page, "name=\"prompt\" value=\"", "\"").expect("the page asks something");
            response = if prompt == "consent" && consent == Consent::Refused {
                self.get(&link(&here, &page, "<a href=\"")).await
            } else {
                let form = [("prompt", prompt), ("login", "user"), ("password", "password")];
                self.post(&link(&here, &page, "<form autocomplete=\"off\" action=\""), &form).await
            };
        }
        panic!("the server keeps asking");
    }

    async fn get(&self, url: &str) -> Response {
        self.0.get(url).send().await.expect("the server answers")
    }

    async fn post(&self, url: &str, form: &[(&str, &str)]) -> Response {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.0.post(url).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        request.send().await.expect("the server answers")
    }
}

/// Where the page points to after `before`.
fn link(here: &Url, page: &str, before: &str) -> String {
    let target = between(page, before, "\"").unwrap_or_else(|| panic!("no `{before}` in {page}"));
    here.join(target).expect("the page links to a URL").into()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}
