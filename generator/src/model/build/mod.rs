//! The lowered document to the model.

mod body;
mod cycles;
mod enums;
mod examples;
mod flat;
mod merge;
mod operations;
mod parameters;
mod parts;
mod places;
mod prune;
mod resources;
mod schemas;
mod security;
mod tags;
mod unions;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use indexmap::IndexMap;
use openapiv3::{OpenAPI, ReferenceOr, Schema};

use super::{Api, Name, Scope, Secret, SecretId, Splitter, Type, TypeDef, TypeId};
use crate::product::Product;
use crate::source::diagnostic::{Diagnostic, Findings};
use crate::source::lower::Lowered;
use crate::source::place::{FileId, Place};
use crate::source::rules::model as rules;

use flat::Flat;

/// Builds the model of a parsed document.
///
/// `openapi` must be the parse of `lowered`. What product.toml names wrongly, and what the model cannot hold,
/// becomes a finding.
#[must_use]
pub fn build(openapi: &OpenAPI, lowered: &Lowered, product: &Product, findings: &mut Findings) -> Api {
    let mut builder = Builder::new(openapi, lowered, product, findings);
    builder.claim_components();
    builder.define_components();
    let schemes = builder.schemes();
    let mut operations = builder.operations(&schemes);
    let resources = builder.resources(&mut operations);
    builder.name_enums();
    builder.check_product(&operations, &schemes);
    let server = builder.default_server();
    let Builder { types, secrets, .. } = builder;
    let types = types.into_iter().flatten().collect();
    let mut api = Api {
        title: openapi.info.title.clone(),
        version: openapi.info.version.clone(),
        description: openapi.info.description.clone(),
        server,
        schemes,
        resources,
        operations,
        types,
        secrets,
        product: with_defaults(product, &openapi.info),
    };
    prune::prune(&mut api);
    cycles::box_cycles(&mut api);
    prune::mark_usage(&mut api);
    parts::mark(&mut api);
    prune::mark_sensitive(&mut api);
    tags::fill(&mut api);
    examples::fill(&mut api);
    api
}

/// What a component is, through references to others of its kind; nothing for one that leads nowhere, or on and on.
fn resolve<'b, T>(
    component: &'b ReferenceOr<T>,
    kind: &str,
    components: Option<&'b IndexMap<String, ReferenceOr<T>>>,
) -> Option<&'b T> {
    const MOST_STEPS: usize = 16;
    let mut component = component;
    for _ in 0..MOST_STEPS {
        match component {
            ReferenceOr::Item(item) => return Some(item),
            ReferenceOr::Reference { reference } => {
                let path = reference.strip_prefix("#/components/")?;
                let key = path.strip_prefix(kind)?.strip_prefix('/')?;
                component = components?.get(key)?;
            }
        }
    }
    None
}

/// product.toml, its gaps filled from the document.
fn with_defaults(product: &Product, info: &openapiv3::Info) -> Product {
    let mut product = product.clone();
    let about = &mut product.product;
    let or = |text: &mut String, default: &dyn Fn() -> String| {
        if text.is_empty() {
            *text = default();
        }
    };
    let name = Splitter::new(&product.names.initialisms).name(&info.title).bounded();
    or(&mut about.title, &|| info.title.clone());
    or(&mut about.crate_name, &|| {
        let kebab = name.kebab();
        let starts_well = kebab.starts_with(|first: char| first.is_ascii_lowercase());
        // A lone word may be a keyword, or the name of a crate of the compiler's own.
        if starts_well && kebab.contains('-') { kebab } else { format!("client-{kebab}") }
    });
    or(&mut about.version, &|| "0.1.0".to_owned());
    or(&mut about.summary, &|| format!("Typed client for {}", info.title.lines().next().unwrap_or_default()));
    or(&mut about.env_prefix, &|| {
        let prefix = name.screaming();
        // `ACME_API_KEY` and `ACME_BASE_URL`, not `ACME_API_API_KEY`.
        prefix.strip_suffix("_API").map(str::to_owned).unwrap_or(prefix)
    });
    or(&mut about.license, &|| "MIT OR Apache-2.0".to_owned());
    product
}

/// The state of one build.
struct Builder<'a> {
    openapi: &'a OpenAPI,
    nodes: &'a [crate::source::lower::NodeInfo],
    mutual_tls: &'a BTreeMap<String, usize>,
    product: &'a Product,
    splitter: Splitter,
    findings: &'a mut Findings,
    /// The types made so far; `None` for a component that is being made.
    types: Vec<Option<TypeDef>>,
    /// The components, each with its number.
    components: BTreeMap<&'a str, TypeId>,
    type_names: Scope,
    flat: BTreeMap<&'a str, Rc<Flat<'a>>>,
    flattening: Vec<&'a str>,
    enums: enums::Pending,
    secrets: Vec<Secret>,
    secret_places: BTreeMap<String, SecretId>,
    examples: BTreeMap<String, serde_json::Value>,
    ignore_case: BTreeSet<String>,
    seconds: BTreeSet<String>,
    /// The places product.toml names that were met.
    met: BTreeSet<String>,
    /// The renamings of product.toml that were used.
    renamed: BTreeSet<String>,
}

/// What an inline schema is named after, and where it stands.
#[derive(Clone, Debug)]
struct Owner {
    /// The name its type gets.
    name: Name,
    /// The name of the owner and of the property, for enums, which may drop the former.
    parts: Option<(Name, Name)>,
    /// The place as product.toml writes it: `Schema.property`.
    place: String,
}

impl<'a> Builder<'a> {
    fn new(openapi: &'a OpenAPI, lowered: &'a Lowered, product: &'a Product, findings: &'a mut Findings) -> Self {
        let splitter = Splitter::new(&product.names.initialisms);
        let mut secrets = Vec::new();
        let mut secret_places = BTreeMap::new();
        for (index, (name, secret)) in product.secrets.iter().enumerate() {
            secrets.push(Secret { name: splitter.name(name), description: secret.description.clone() });
            for place in &secret.places {
                secret_places.insert(place.get_ref().clone(), SecretId(index));
            }
        }
        let mut type_names = Scope::default();
        for secret in &secrets {
            type_names.claim(&secret.name);
        }
        let examples = product
            .examples
            .iter()
            .filter_map(|(place, value)| Some((place.get_ref().clone(), serde_json::to_value(value).ok()?)))
            .collect();
        Self {
            openapi,
            nodes: &lowered.nodes,
            mutual_tls: &lowered.mutual_tls,
            product,
            splitter,
            findings,
            types: Vec::new(),
            components: BTreeMap::new(),
            type_names,
            flat: BTreeMap::new(),
            flattening: Vec::new(),
            enums: enums::Pending::default(),
            secrets,
            secret_places,
            examples,
            ignore_case: product.enums.ignore_case.iter().map(|place| place.get_ref().clone()).collect(),
            seconds: product.numbers.seconds.iter().map(|place| place.get_ref().clone()).collect(),
            met: BTreeSet::new(),
            renamed: BTreeSet::new(),
        }
    }

    /// The place of a numbered object; the start of the document for one without a number.
    fn place(&self, node: Option<usize>) -> Place {
        node.and_then(|number| self.nodes.get(number)).map_or(Place::whole(FileId(0)), |info| info.place)
    }

    /// The JSON pointer of a numbered object.
    fn pointer(&self, node: Option<usize>) -> String {
        node.and_then(|number| self.nodes.get(number)).map_or_else(String::new, |info| info.pointer.clone())
    }

    fn component_schema(&self, component: &str) -> Option<&'a ReferenceOr<Schema>> {
        self.openapi.components.as_ref()?.schemas.get(component)
    }

    fn component_place(&self, component: &str) -> Place {
        let node = match self.component_schema(component) {
            Some(ReferenceOr::Item(schema)) => crate::source::parse::node_number(&schema.schema_data.extensions),
            _ => None,
        };
        self.place(node)
    }

    /// Claims the name of a type: product.toml's, or the one it would get.
    fn claim_type(&mut self, wanted: &Name, place: Place) -> Name {
        let spelling = wanted.pascal();
        let renaming =
            self.product.names.types.iter().find(|(from, _)| self.splitter.name(from.get_ref()).pascal() == spelling);
        let name = match renaming {
            Some((from, to)) => {
                self.renamed.insert(from.get_ref().clone());
                self.splitter.name(to.get_ref())
            }
            None => wanted.clone(),
        };
        let claimed = self.type_names.claim(&name);
        if claimed != name.clone().bounded() {
            let message = format!("type `{}` is called `{}`, since the name is taken", name.pascal(), claimed.pascal());
            self.findings.push(
                Diagnostic::new(&rules::NAME_CHANGED, place, message)
                    .help(format!("name it in product.toml: [names.types] {} = \"...\"", wanted.pascal())),
            );
        }
        claimed
    }

    /// Names all components first, in the order of their names, so that no inline schema takes a component's name.
    fn claim_components(&mut self) {
        let Some(components) = &self.openapi.components else { return };
        let mut keys: Vec<&'a str> = components.schemas.keys().map(String::as_str).collect();
        keys.sort_unstable();
        for key in keys {
            let id = TypeId(self.types.len());
            self.types.push(None);
            self.components.insert(key, id);
        }
    }

    /// The type a component is known under.
    fn component_type(&self, component: &str) -> Type {
        self.components.get(component).map_or(Type::Any, |id| Type::Named(*id))
    }
}
