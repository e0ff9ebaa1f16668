//! `oneOf` and `anyOf` to unions.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::flat::{Flat, SchemaRef, Word};
use super::schemas::Typed;
use super::{Builder, Owner};
use crate::model::{Scope, Tagging, Type, TypeKind, Union, Variant};

/// An alternative before it is named.
struct Alternative<'a> {
    schema: SchemaRef<'a>,
    flat: Rc<Flat<'a>>,
    component: Option<&'a str>,
}

impl<'a> Builder<'a> {
    /// The union of a schema with choices; or the single type that all of them come down to.
    pub(super) fn union(&mut self, flat: &Rc<Flat<'a>>, owner: &Owner) -> Result<Union, Typed> {
        let mut choices = flat.choices.iter();
        let first = choices.next().map_or(&[][..], Vec::as_slice);
        let mut base = (**flat).clone();
        base.choices = choices.cloned().collect();
        base.discriminator = None;
        base.title = None;
        let mut alternatives = self.alternatives(first, &base);
        let tagging = self.tagging(flat, &alternatives);
        if let [only] = alternatives.as_slice() {
            let schema = only.schema.clone();
            return Err(self.schema_type(&schema, owner));
        }
        let mut names = Scope::default();
        let mut nullable = flat.nullable;
        let mut variants: Vec<Variant> = Vec::new();
        // Texts come down to one enum, which is then called what the union would be.
        let texts = alternatives.iter().all(|one| one.flat.word == Word::Text && one.flat.choices.is_empty());
        for (index, alternative) in alternatives.drain(..).enumerate() {
            let tags = self.tags(&tagging, flat, &alternative);
            let wanted = self.variant_name(&alternative, &tags, index);
            let variant_owner = if texts {
                owner.clone()
            } else {
                Owner { name: owner.name.then(&wanted), parts: None, place: owner.place.clone() }
            };
            let typed = match alternative.component {
                Some(component) => Typed { ty: self.component_type(component), nullable: alternative.flat.nullable },
                None => self.schema_type(&alternative.schema, &variant_owner),
            };
            nullable |= typed.nullable;
            let repeated =
                variants.iter().any(|known| known.ty == typed.ty || self.is_open_enum_of(&known.ty, &typed.ty));
            if repeated && tagging == Tagging::Untagged {
                continue;
            }
            variants.push(Variant {
                name: names.claim(&wanted),
                ty: typed.ty,
                tags,
                boxed: false,
                description: alternative.flat.description.clone(),
            });
        }
        self.name_one_or_many(&mut variants);
        match variants.as_slice() {
            [] => Err(Typed { ty: Type::Any, nullable }),
            [only] => Err(Typed { ty: only.ty.clone(), nullable }),
            _ => Ok(Union { variants, tagging }),
        }
    }

    /// The alternatives, each with what the schema around them says.
    fn alternatives(&mut self, choice: &[SchemaRef<'a>], base: &Flat<'a>) -> Vec<Alternative<'a>> {
        let has_base = !base.properties.is_empty()
            || !base.enumeration.is_empty()
            || !base.choices.is_empty()
            || !base.required.is_empty()
            || base.items.is_some();
        let base = has_base.then(|| {
            let mut base = base.clone();
            base.description = None;
            base.example = None;
            SchemaRef::Made(Rc::new(base))
        });
        let mut alternatives = Vec::new();
        for schema in choice {
            let component = schema.component().filter(|_| base.is_none());
            let schema = match &base {
                // The alternative comes first: its annotations are nearer.
                Some(base) => SchemaRef::All(vec![schema.clone(), base.clone()]),
                None => schema.clone(),
            };
            let flat = self.flatten(&schema);
            if !flat.never {
                alternatives.push(Alternative { schema, flat, component });
            }
        }
        alternatives
    }

    /// How a reader tells the alternatives apart: by the discriminator, or by a member that each requires with values
    /// of its own.
    fn tagging(&mut self, flat: &Flat<'a>, alternatives: &[Alternative<'a>]) -> Tagging {
        if let Some(discriminator) = flat.discriminator {
            let objects = alternatives
                .iter()
                .all(|alternative| alternative.flat.word == Word::Object || !alternative.flat.choices.is_empty());
            if objects {
                return Tagging::Property(discriminator.property_name.clone());
            }
        }
        let Some(first) = alternatives.first() else { return Tagging::Untagged };
        let mut candidates: Vec<String> = first.flat.required.iter().cloned().collect();
        candidates.sort();
        for candidate in candidates {
            let mut seen = BTreeSet::new();
            let distinct = alternatives.iter().all(|alternative| {
                let constants = self.constants(&alternative.flat, &candidate);
                !constants.is_empty() && constants.into_iter().all(|constant| seen.insert(constant))
            });
            if distinct && alternatives.len() > 1 {
                return Tagging::Property(candidate);
            }
        }
        Tagging::Untagged
    }

    /// The texts a required member may have, if they are listed.
    fn constants(&mut self, flat: &Flat<'a>, member: &str) -> Vec<String> {
        if !flat.required.contains(member) {
            return Vec::new();
        }
        let Some(schema) = flat.properties.get(member).cloned() else { return Vec::new() };
        let member = self.flatten(&schema);
        member.texts().unwrap_or_default().into_iter().map(str::to_owned).collect()
    }

    /// The values of the tag that mean an alternative.
    fn tags(&mut self, tagging: &Tagging, flat: &Flat<'a>, alternative: &Alternative<'a>) -> Vec<String> {
        let Tagging::Property(property) = tagging else { return Vec::new() };
        let constants = self.constants(&alternative.flat, property);
        let Some(discriminator) = flat.discriminator else { return constants };
        let Some(component) = alternative.component else { return constants };
        let reference = format!("#/components/schemas/{component}");
        let mut mapped: Vec<String> = discriminator
            .mapping
            .iter()
            .filter(|(_, target)| **target == reference || *target == component)
            .map(|(tag, _)| tag.clone())
            .collect();
        mapped.sort();
        match (mapped.is_empty(), constants.is_empty()) {
            (false, _) => mapped,
            (true, false) => constants,
            // The name of the component is the implicit value (OpenAPI, Discriminator Object).
            (true, true) => vec![component.to_owned()],
        }
    }

    fn variant_name(&self, alternative: &Alternative<'a>, tags: &[String], index: usize) -> crate::model::Name {
        let flat = &alternative.flat;
        let own_title = flat.title.as_ref().filter(|title| title.len() <= 40);
        match (alternative.component, own_title, tags) {
            (Some(component), _, _) => self.splitter.name(component),
            (None, Some(title), _) => self.splitter.name(title),
            (None, None, [tag]) => self.splitter.name(tag),
            _ => match flat.word {
                Word::Any if flat.choices.is_empty() => self.splitter.name("any"),
                Word::Text => self.splitter.name("text"),
                Word::Number => self.splitter.name("number"),
                Word::Integer => self.splitter.name("integer"),
                Word::Boolean => self.splitter.name("boolean"),
                Word::Array => self.splitter.name("list"),
                _ => self.splitter.name(&format!("variant {}", index + 1)),
            },
        }
    }

    /// A value or a list of such values is `One` or `Many`.
    fn name_one_or_many(&self, variants: &mut [Variant]) {
        let [first, second] = variants else { return };
        let is_list_of = |list: &Type, item: &Type| matches!(list, Type::Array(inner) if **inner == *item);
        let (one, many) = if is_list_of(&second.ty, &first.ty) {
            (first, second)
        } else if is_list_of(&first.ty, &second.ty) {
            (second, first)
        } else {
            return;
        };
        one.name = self.splitter.name("one");
        many.name = self.splitter.name("many");
    }

    /// Whether `known` is an enum of text, which takes any other text as well.
    fn is_open_enum_of(&self, known: &Type, ty: &Type) -> bool {
        let Type::Named(id) = known else { return false };
        let is_enum = self
            .types
            .get(id.0)
            .and_then(Option::as_ref)
            .is_some_and(|definition| matches!(definition.kind, TypeKind::Enum(_)));
        is_enum && *ty == Type::Text
    }

    /// The names of the alternatives of an operation's request body.
    pub(super) fn body_variants(&self, operation: &crate::model::Operation) -> Vec<crate::model::Name> {
        let ty = operation.body.as_ref().and_then(|body| body.media.first()).map(|media| &media.ty);
        let Some(Type::Named(id)) = ty else { return Vec::new() };
        match self.types.get(id.0).and_then(Option::as_ref).map(|definition| &definition.kind) {
            Some(TypeKind::Union(union)) => union.variants.iter().map(|variant| variant.name.clone()).collect(),
            _ => Vec::new(),
        }
    }
}
