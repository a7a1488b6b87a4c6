//! An entry of the corpus, checked while it is read.

use anyhow::{Context as _, bail};
use draft::Category;
use serde::Deserialize;

use crate::fields::WantedField;
use crate::kinds::Kind;
use crate::values::{Value, values};

pub(crate) struct Entry {
    pub(crate) prompt: String,
    pub(crate) expected: Expected,
}

pub(crate) enum Expected {
    Plan { categories: Vec<Category>, facts: Vec<Fact>, fields: Vec<WantedField> },
    Refused { missing: Vec<String> },
}

pub(crate) struct Fact {
    pub(crate) kind: Kind,
    pub(crate) values: Vec<Value>,
    pub(crate) written: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    prompt: String,
    category: Option<String>,
    #[serde(default)]
    facts: Vec<String>,
    #[serde(default)]
    fields: Vec<String>,
    #[serde(default)]
    refused: Vec<String>,
}

impl Entry {
    pub(crate) fn read_all(json: &str) -> anyhow::Result<Vec<Self>> {
        let written: Vec<Written> = serde_json::from_str(json)?;
        written.into_iter().map(Self::read).collect()
    }

    fn read(written: Written) -> anyhow::Result<Self> {
        let Written { prompt, category, facts, fields, refused } = written;
        let expected = match category {
            Some(category) if refused.is_empty() => Expected::Plan {
                categories: category.split('|').map(category_of).collect::<anyhow::Result<_>>()?,
                facts: facts.iter().map(|fact| fact_of(fact)).collect::<anyhow::Result<_>>()?,
                fields: fields.iter().map(|field| field.parse()).collect::<anyhow::Result<_>>()?,
            },
            None if !refused.is_empty() && facts.is_empty() && fields.is_empty() => {
                Expected::Refused { missing: refused }
            }
            Some(_) | None => bail!("neither a plan nor a refusal: {prompt}"),
        };
        Ok(Self { prompt, expected })
    }
}

fn category_of(label: &str) -> anyhow::Result<Category> {
    Category::of_label(label).with_context(|| format!("no category: {label}"))
}

fn fact_of(written: &str) -> anyhow::Result<Fact> {
    let (kind, value) = written.split_once(": ").with_context(|| format!("no kind: {written}"))?;
    let values = values(value);
    if values.is_empty() {
        bail!("says nothing: {written}");
    }
    Ok(Fact { kind: kind.parse()?, values, written: written.to_owned() })
}
