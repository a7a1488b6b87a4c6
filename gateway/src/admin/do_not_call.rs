//! The operator's hand on lists of numbers not to call: one number, or a file of any length.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use proto::{OrgId, PhoneNumber, Timestamp};
use tokio::fs::File;
use tokio::io::{AsyncWriteExt as _, BufWriter};

use super::{AdminError, Printed, expect_org};
use crate::do_not_call::{ChangeError, export, import};
use crate::store::{Source, Store};

/// One statement takes far less time with so many than it may.
const NUMBERS_AT_ONCE: usize = 10_000;

#[derive(Debug, Subcommand)]
pub enum DoNotCallCommand {
    /// Puts a number on the list.
    Add(ListedNumber),
    /// Takes a number off the list.
    Remove(ListedNumber),
    /// Puts all numbers of a CSV file with a column `number` on the list. Nothing is kept of a file with a line at fault.
    Import(ListFile),
    /// Writes the list to a CSV file, which `import` takes back.
    Export(ListFile),
}

#[derive(Debug, Args)]
pub struct ListedNumber {
    /// Whose list it is; without one, that of everybody.
    #[arg(long)]
    org: Option<OrgId>,
    /// In E.164 form, such as +14155550100.
    #[arg(long)]
    number: PhoneNumber,
}

#[derive(Debug, Args)]
pub struct ListFile {
    /// Whose list it is; without one, that of everybody.
    #[arg(long)]
    org: Option<OrgId>,
    #[arg(long)]
    file: PathBuf,
}

impl DoNotCallCommand {
    pub(super) async fn done(self, store: &Store, now: Timestamp) -> Result<Printed, AdminError> {
        let (Self::Add(ListedNumber { org, .. })
        | Self::Remove(ListedNumber { org, .. })
        | Self::Import(ListFile { org, .. })
        | Self::Export(ListFile { org, .. })) = &self;
        if let Some(org) = org {
            expect_org(store, *org).await?;
        }
        match self {
            Self::Add(ListedNumber { org, number }) => {
                store.do_not_call(org, std::slice::from_ref(&number), Source::Operator, now).await?;
                Ok(vec![("number", number.as_e164().to_owned())])
            }
            Self::Remove(ListedNumber { org, number }) => {
                if !store.may_call_again(org, &number).await? {
                    return Err(AdminError::NotListed);
                }
                Ok(vec![("number", number.as_e164().to_owned())])
            }
            Self::Import(file) => import_file(file, store, now).await,
            Self::Export(file) => export_file(file, store).await,
        }
    }
}

async fn import_file(ListFile { org, file }: ListFile, store: &Store, now: Timestamp) -> Result<Printed, AdminError> {
    let numbers = import::read(&tokio::fs::read(file).await?)?;
    let mut added = 0;
    for numbers in numbers.chunks(NUMBERS_AT_ONCE) {
        added += store.do_not_call(org, numbers, Source::Operator, now).await?;
    }
    Ok(vec![("read", numbers.len().to_string()), ("added", added.to_string())])
}

async fn export_file(ListFile { org, file }: ListFile, store: &Store) -> Result<Printed, AdminError> {
    let mut written = BufWriter::new(File::create(file).await?);
    written.write_all(export::HEAD.as_bytes()).await?;
    let (mut after, mut numbers) = (Some(String::new()), 0);
    while let Some(last) = after {
        let (lines, next) = export::chunk(store, org, &last).await?;
        numbers += lines.lines().count();
        written.write_all(lines.as_bytes()).await?;
        after = next;
    }
    written.flush().await?;
    Ok(vec![("written", numbers.to_string())])
}

/// As the API says it, in words for a terminal.
impl From<ChangeError> for AdminError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Field(field) => {
                let place = field.pointer.trim_start_matches('#').to_owned();
                Self::BadList {
                    place: if place.is_empty() { "the file".to_owned() } else { place },
                    detail: field.detail,
                }
            }
            ChangeError::Store(error) => error.into(),
            error @ (ChangeError::Body(_) | ChangeError::FileTooLarge | ChangeError::NotFound) => {
                Self::BadList { place: "the file".to_owned(), detail: error.to_string() }
            }
        }
    }
}
