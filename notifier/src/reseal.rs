//! Seals what we keep with the newest key, so that an old one can be retired.

use proto::{OrgId, Sealed};
use runtime::{CannotOpen, SealedSecret, Sealer};
use uuid::Uuid;

use crate::store::{SealedRow, SealedTable, Store, StoreError};

/// Rows at once. A crash in between loses nothing: what is left is found by the next run.
const BATCH_MAX: i64 = 500;

/// What became of the rows with secrets under other keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    pub changed: u64,
    /// They hold secrets that can't be opened, and stay as they are.
    pub closed: u64,
}

/// Goes through all tables. Notifiers may run meanwhile, if they have the key too.
pub async fn reseal(store: &Store, sealer: &Sealer) -> Result<Resealed, StoreError> {
    let mut resealed = Resealed::default();
    for table in SealedTable::ALL {
        let mut after = Uuid::nil();
        loop {
            let rows = store.sealed_otherwise(table, sealer.sealing_key(), after, BATCH_MAX).await?;
            let Some(last) = rows.last() else {
                break;
            };
            after = last.id;
            let read = rows.len();
            let rows: Vec<_> = rows.into_iter().filter_map(|row| anew(row, sealer).ok()).collect();
            store.keep_sealed(table, &rows).await?;
            resealed.changed += rows.len() as u64;
            resealed.closed += (read - rows.len()) as u64;
        }
    }
    Ok(resealed)
}

fn anew(row: SealedRow, sealer: &Sealer) -> Result<SealedRow, CannotOpen> {
    let secret = |sealed: Sealed| sealed_anew(sealed, row.org_id, sealer);
    Ok(SealedRow {
        bearer: row.bearer.map(secret).transpose()?,
        signing_secrets: row.signing_secrets.into_iter().map(secret).collect::<Result<_, _>>()?,
        ..row
    })
}

fn sealed_anew(old: Sealed, org_id: OrgId, sealer: &Sealer) -> Result<Sealed, CannotOpen> {
    let about = org_id.to_string();
    let Sealed { key_id, nonce, ciphertext } = old;
    let secret = sealer.open(&SealedSecret { key_id, nonce, ciphertext }, &about)?;
    let SealedSecret { key_id, nonce, ciphertext } = sealer.seal(&secret, &about);
    Ok(Sealed { key_id, nonce, ciphertext })
}
