//! Names: the words of an identifier, split once, cased on the way out.

use std::collections::BTreeSet;
use std::fmt;

use heck::ToSnakeCase as _;

/// The initialisms of the industry, spelled as prose spells them.
///
/// One in capitals counts as one ordinary word in camel case (`JwksUri`); one in mixed case keeps its spelling (`OAuthClient`).
const INITIALISMS: &[&str] = &[
    "API",
    "CIDR",
    "CNAM",
    "CSV",
    "DID",
    "DNS",
    "DTMF",
    "FQDN",
    "FQDNs",
    "GPS",
    "GraphQL",
    "HTML",
    "HTTP",
    "HTTPS",
    "IBAN",
    "ID",
    "IDs",
    "IMEI",
    "IMSI",
    "IP",
    "IPs",
    "IPv4",
    "IPv6",
    "ISO",
    "IoT",
    "JSON",
    "JWK",
    "JWKS",
    "JWT",
    "LLM",
    "MAC",
    "MCP",
    "MFA",
    "MMS",
    "MQTT",
    "OAuth",
    "OAuth2",
    "OIDC",
    "OpenAI",
    "OpenAPI",
    "OpenID",
    "PDF",
    "PIN",
    "PKCE",
    "QR",
    "RCS",
    "REST",
    "RPC",
    "RTP",
    "SAML",
    "SDK",
    "SDP",
    "SIM",
    "SIP",
    "SMS",
    "SMTP",
    "SQL",
    "SRTP",
    "SSH",
    "SSL",
    "SSO",
    "TCP",
    "TLS",
    "TTS",
    "TTL",
    "TeXML",
    "UDP",
    "UI",
    "URI",
    "URIs",
    "URL",
    "URLs",
    "URN",
    "UTC",
    "UUID",
    "VPN",
    "WebRTC",
    "WhatsApp",
    "WiFi",
    "WireGuard",
    "XML",
    "YAML",
];

/// Splits identifiers into words, knowing the initialisms of the industry and those of one product.
#[derive(Clone, Debug)]
pub struct Splitter {
    initialisms: BTreeSet<String>,
}

impl Default for Splitter {
    fn default() -> Self {
        Self::new(&[])
    }
}

impl Splitter {
    /// A splitter that knows these initialisms besides the built-in ones.
    #[must_use]
    pub fn new(extra: &[String]) -> Self {
        let built_in = INITIALISMS.iter().map(|word| (*word).to_owned());
        Self { initialisms: built_in.chain(extra.iter().cloned()).collect() }
    }

    /// The name of an identifier. Total: text without a letter or digit of ASCII gives the name `unnamed`.
    #[must_use]
    pub fn name(&self, text: &str) -> Name {
        let mut words = Vec::new();
        for part in text.split(|character: char| !character.is_ascii_alphanumeric()) {
            self.split_part(part, &mut words);
        }
        if words.is_empty() {
            words.push("Unnamed".to_owned());
        }
        Name { words }
    }

    /// Splits a part without separators: first at the humps, then joins neighbours that spell an initialism together.
    fn split_part(&self, part: &str, words: &mut Vec<String>) {
        let humps = humps(part);
        let mut rest = humps.as_slice();
        while !rest.is_empty() {
            let joined = (2..=rest.len().min(4)).rev().find_map(|count| {
                let joined = rest.get(..count)?.concat();
                self.initialisms.contains(&joined).then_some((count, joined))
            });
            let (count, word) = joined.unwrap_or_else(|| (1, rest.first().map_or("", |hump| hump).to_owned()));
            words.push(self.spell(&word));
            rest = rest.get(count..).unwrap_or(&[]);
        }
    }

    /// The spelling of a word in camel case: that of the table for mixed case, a capital and small letters for the rest.
    fn spell(&self, word: &str) -> String {
        if word.bytes().any(|byte| byte.is_ascii_lowercase()) && self.initialisms.contains(word) {
            return word.to_owned();
        }
        let mixed = self.initialisms.iter().find(|known| {
            known.eq_ignore_ascii_case(word)
                && known.bytes().skip(1).any(|byte| byte.is_ascii_lowercase())
                && !known.ends_with('s')
        });
        mixed.cloned().unwrap_or_else(|| capitalized(word))
    }
}

/// The runs between humps: `OAuthJWKS2Uri` is `O`, `Auth`, `JWKS2`, `Uri`.
fn humps(part: &str) -> Vec<&str> {
    let bytes = part.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or(b' ');
    let mut humps = Vec::new();
    let mut start = 0;
    for index in 1..bytes.len() {
        let (before, here, after) = (at(index - 1), at(index), at(index + 1));
        let lower_to_upper = here.is_ascii_uppercase() && !before.is_ascii_uppercase();
        // The last capital of a run begins the next word, except in a plural such as `URLs`.
        let plural = after == b's' && !at(index + 2).is_ascii_lowercase();
        let run_ends =
            here.is_ascii_uppercase() && before.is_ascii_uppercase() && after.is_ascii_lowercase() && !plural;
        if lower_to_upper || run_ends {
            humps.push(part.get(start..index).unwrap_or(""));
            start = index;
        }
    }
    humps.push(part.get(start..).unwrap_or(""));
    humps.retain(|hump| !hump.is_empty());
    humps
}

fn capitalized(word: &str) -> String {
    let mut lower = word.to_ascii_lowercase();
    if let Some(first) = lower.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    lower
}

/// The words of an identifier: ASCII letters and digits, at least one word.
///
/// Two names are equal when their words are, whatever separators and capitals they were written with.
#[derive(Clone, Debug)]
pub struct Name {
    words: Vec<String>,
}

impl Name {
    /// A name of words that came from other names.
    #[must_use]
    pub fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        Self { words: words.into_iter().map(str::to_owned).collect() }
    }

    /// `oauth_client`.
    #[must_use]
    pub fn snake(&self) -> String {
        self.lower().join("_")
    }

    /// `oauth-client`.
    #[must_use]
    pub fn kebab(&self) -> String {
        self.lower().join("-")
    }

    /// `OAUTH_CLIENT`.
    #[must_use]
    pub fn screaming(&self) -> String {
        self.snake().to_ascii_uppercase()
    }

    /// `OAuthClient`.
    #[must_use]
    pub fn pascal(&self) -> String {
        let mut pascal = String::new();
        for word in &self.words {
            // `V1` followed by `2` would read as `V12`: keep two numbers apart.
            let digits_meet = pascal.ends_with(|last: char| last.is_ascii_digit())
                && word.starts_with(|first: char| first.is_ascii_digit());
            if digits_meet {
                pascal.push('_');
            }
            pascal.push_str(word);
        }
        pascal
    }

    /// `oauthClient`.
    #[must_use]
    pub fn camel(&self) -> String {
        let lower = self.lower();
        let mut camel = lower.first().cloned().unwrap_or_default();
        camel.extend(self.words.iter().skip(1).map(String::as_str));
        camel
    }

    /// The words as prose writes them: `oauth client`.
    #[must_use]
    pub fn prose(&self) -> String {
        self.lower().join(" ")
    }

    /// The words as a heading writes them, names and initialisms spelled as prose spells them: `OAuth clients`.
    #[must_use]
    pub fn title(&self) -> String {
        let is_mixed = |word: &str| word.bytes().skip(1).any(|byte| byte.is_ascii_uppercase());
        let spelled = |word: &String| match INITIALISMS.iter().find(|known| known.eq_ignore_ascii_case(word)) {
            Some(known) => (*known).to_owned(),
            None if is_mixed(word) => word.clone(),
            None => word.to_ascii_lowercase(),
        };
        let mut words: Vec<String> = self.words.iter().map(spelled).collect();
        if let Some(first) = words.first_mut().and_then(|word| word.get_mut(..1)) {
            first.make_ascii_uppercase();
        }
        words.join(" ")
    }

    /// This name followed by another.
    #[must_use]
    pub fn then(&self, other: &Self) -> Self {
        Self { words: self.words.iter().chain(&other.words).cloned().collect() }
    }

    /// This name followed by a number, to tell it from its namesake.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Self {
        let mut words = self.words.clone();
        words.push(number.to_string());
        Self { words }
    }

    /// The singular, if the last word is a plural of the plain kind: `keys` is `key`, `entries` is `entry`, `status` stays.
    #[must_use]
    pub fn singular(&self) -> Option<Self> {
        let last = self.words.last()?;
        let singular = if let Some(stem) = last.strip_suffix("ies") {
            (stem.len() > 1).then(|| format!("{stem}y"))
        } else if last.ends_with("ss") || last.ends_with("us") || last.ends_with("is") {
            None
        } else if ["ses", "xes", "ches", "shes"].iter().any(|end| last.ends_with(end)) && last.len() > 4 {
            last.strip_suffix("es").map(str::to_owned)
        } else {
            last.strip_suffix('s').filter(|stem| stem.len() > 1).map(str::to_owned)
        }?;
        let mut words = self.words.clone();
        words.pop();
        words.push(singular);
        Some(Self { words })
    }

    /// The words.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }

    fn lower(&self) -> Vec<String> {
        self.words.iter().map(|word| word.to_ascii_lowercase()).collect()
    }

    /// Shortens a name beyond 60 characters, telling it from others cut at the same word by a checksum of the whole.
    #[must_use]
    pub fn bounded(self) -> Self {
        const LONGEST: usize = 64;
        let whole = self.snake();
        if whole.len() <= LONGEST {
            return self;
        }
        let checksum = whole
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        let mut words = Vec::new();
        let mut length = 0;
        for word in &self.words {
            let room = (LONGEST - 10_usize).saturating_sub(length);
            if room == 0 {
                break;
            }
            let cut: String = word.chars().take(room).collect();
            length += cut.len() + 1;
            words.push(cut);
        }
        words.push(format!("X{:08x}", checksum & 0xffff_ffff));
        Self { words }
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.snake() == other.snake()
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.snake().cmp(&other.snake())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.snake())
    }
}

impl serde::Serialize for Name {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.pascal())
    }
}

/// Names claimed in one scope, such as the fields of a struct: no two of them share a spelling in any case.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    claimed: BTreeSet<String>,
}

impl Scope {
    /// Claims a name; one that is taken gets the first free number from 2 on.
    pub fn claim(&mut self, name: &Name) -> Name {
        let name = name.clone().bounded();
        let mut candidate = name.clone();
        let mut number = 2;
        while !self.claimed.insert(Self::key(&candidate)) {
            candidate = name.numbered(number);
            number += 1;
        }
        candidate
    }

    /// Gives a name back.
    pub fn release(&mut self, name: &Name) {
        self.claimed.remove(&Self::key(name));
    }

    /// Whether a name is free.
    #[must_use]
    pub fn is_free(&self, name: &Name) -> bool {
        !self.claimed.contains(&Self::key(name))
    }

    /// Camel case drops the borders of words, so `a_b` and `ab` would meet there.
    fn key(name: &Name) -> String {
        name.snake().replace('_', "")
    }
}

/// The snake case of text that is not an identifier of the document, such as the name of a folder.
#[must_use]
pub fn slug(text: &str) -> String {
    text.to_snake_case().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snake(text: &str) -> String {
        Splitter::default().name(text).snake()
    }

    fn pascal(text: &str) -> String {
        Splitter::default().name(text).pascal()
    }

    #[test]
    fn oauth_is_one_word_everywhere() {
        for (text, expected) in [
            ("OAuthClient", "oauth_client"),
            ("GetOAuthJWKS", "get_oauth_jwks"),
            ("AuthorizeOAuth", "authorize_oauth"),
            ("oauth_PaginationMeta", "oauth_pagination_meta"),
            ("OAuth2Client", "oauth2_client"),
            ("ExchangeOAuthToken", "exchange_oauth_token"),
        ] {
            assert_eq!(snake(text), expected);
        }
        assert_eq!(pascal("oauth_client"), "OAuthClient");
        assert_eq!(pascal("oauth_Error"), "OAuthError");
    }

    #[test]
    fn a_title_keeps_the_spelling_of_names() {
        let title = |text| Splitter::default().name(text).title();
        assert_eq!(title("oauth_clients"), "OAuth clients");
        assert_eq!(title("well_known"), "Well known");
        assert_eq!(title("SIM Card Groups"), "SIM card groups");
        assert_eq!(title("ip_addresses"), "IP addresses");
    }

    #[test]
    fn capitals_of_an_initialism_count_as_one_word() {
        assert_eq!(snake("JWKSet"), "jwk_set");
        assert_eq!(pascal("JWKSet"), "JwkSet");
        assert_eq!(snake("FQDNConnections"), "fqdn_connections");
        assert_eq!(snake("IPs"), "ips");
        assert_eq!(snake("TeXMLRestCommands"), "texml_rest_commands");
        assert_eq!(snake("webhookURLs"), "webhook_urls");
        assert_eq!(snake("CreateIPConnection"), "create_ip_connection");
    }

    #[test]
    fn separators_brackets_and_digits_split_or_stay() {
        assert_eq!(snake("filter[allowed_grant_types][contains]"), "filter_allowed_grant_types_contains");
        assert_eq!(snake("page[size]"), "page_size");
        assert_eq!(snake("x5t#S256"), "x5t_s256");
        assert_eq!(snake("10dlc"), "10dlc");
        assert_eq!(snake("été"), "t");
        assert_eq!(snake("???"), "unnamed");
    }

    #[test]
    fn names_equal_but_for_case_are_told_apart_by_a_number() {
        let splitter = Splitter::default();
        let mut scope = Scope::default();
        assert_eq!(scope.claim(&splitter.name("user_id")).snake(), "user_id");
        assert_eq!(scope.claim(&splitter.name("userId")).snake(), "user_id_2");
        assert_eq!(scope.claim(&splitter.name("UserID")).snake(), "user_id_3");
    }

    #[test]
    fn a_long_name_is_cut_and_stays_unique() {
        let splitter = Splitter::default();
        let one = splitter.name(&format!("{}a", "Word".repeat(100))).bounded().snake();
        let other = splitter.name(&format!("{}b", "Word".repeat(100))).bounded().snake();
        assert!(one.len() <= 64 && other.len() <= 64, "{one} {other}");
        assert_ne!(one, other);
    }

    #[test]
    fn plurals_have_a_singular() {
        let singular = |text| Splitter::default().name(text).singular().map(|name| name.snake());
        assert_eq!(singular("keys").as_deref(), Some("key"));
        assert_eq!(singular("requested_scopes").as_deref(), Some("requested_scope"));
        assert_eq!(singular("entries").as_deref(), Some("entry"));
        assert_eq!(singular("addresses").as_deref(), Some("address"));
        assert_eq!(singular("status"), None);
        assert_eq!(singular("data"), None);
    }
}
