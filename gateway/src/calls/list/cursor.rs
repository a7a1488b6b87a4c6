//! Where a page ended, as a text that clients only hand back.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use proto::{CallId, OrgId, Timestamp};
use uuid::Uuid;

use super::Asked;
use crate::store::Position;

const PLACE_BYTES: usize = 8 + 16;

/// What a cursor belongs to: the same list of the same organization. In another list it would silently skip calls.
pub(super) struct List<'a> {
    pub(super) org: OrgId,
    pub(super) asked: &'a Asked,
}

impl List<'_> {
    pub(super) fn write(&self, position: Position) -> String {
        let mut bytes = Vec::with_capacity(PLACE_BYTES + 4);
        bytes.extend(position.created_at.timestamp_micros().to_be_bytes());
        bytes.extend(position.call_id.uuid().as_bytes());
        bytes.extend(self.checksum(&bytes).to_be_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// None: it was not made for this list.
    pub(super) fn read(&self, cursor: &str) -> Option<Position> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (place, checksum) = bytes.split_at_checked(PLACE_BYTES)?;
        if checksum != self.checksum(place).to_be_bytes() {
            return None;
        }
        let (micros, id) = place.split_first_chunk::<8>()?;
        let created_at = Timestamp::from_timestamp_micros(i64::from_be_bytes(*micros))?;
        Some(Position { created_at, call_id: CallId::from(Uuid::from_slice(id).ok()?) })
    }

    /// Finds mistakes. Against malice it needs nothing: a list shows its organization's calls only.
    fn checksum(&self, place: &[u8]) -> u32 {
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(place);
        hasher.update(self.org.uuid().as_bytes());
        let Asked { status, call_status, recipient_phone, workflow_id, created_after, created_before, .. } = self.asked;
        for text in [status, call_status, recipient_phone, workflow_id, created_after, created_before] {
            hasher.update(text.as_deref().unwrap_or_default().as_bytes());
            hasher.update(&[0]);
        }
        hasher.finalize()
    }
}

#[cfg(test)]
mod tests {
    use proto::{CallId, OrgId, Timestamp};
    use uuid::Uuid;

    use super::{Asked, List};
    use crate::store::Position;

    fn org(number: u128) -> OrgId {
        Uuid::from_u128(number).into()
    }

    #[test]
    fn a_cursor_is_read_in_its_own_list_only() {
        let created_at = Timestamp::from_timestamp_micros(1_774_872_000_123_456).unwrap();
        let position = Position { created_at, call_id: CallId::from(Uuid::from_u128(7)) };
        let (any, ended) = (Asked::default(), Asked { status: Some("ended".to_owned()), ..Asked::default() });
        let list = List { org: org(1), asked: &any };
        let cursor = list.write(position);
        assert_eq!(list.read(&cursor), Some(position));
        assert_eq!(List { org: org(1), asked: &ended }.read(&cursor), None, "narrowed otherwise");
        assert_eq!(List { org: org(2), asked: &any }.read(&cursor), None, "another organization's");
    }

    #[test]
    fn a_cursor_with_a_mistake_is_refused() {
        let asked = Asked::default();
        let list = List { org: org(1), asked: &asked };
        let cursor = list.write(Position { created_at: Timestamp::default(), call_id: Uuid::from_u128(7).into() });
        for place in 0..cursor.len() {
            let mut wrong = cursor.clone().into_bytes();
            wrong[place] = if wrong[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(list.read(&String::from_utf8(wrong).unwrap()), None, "at {place}");
        }
        for cursor in ["", "?", "AAAA", &cursor[1..], &format!("{cursor}AAAA")] {
            assert_eq!(list.read(cursor), None, "{cursor}");
        }
    }
}
