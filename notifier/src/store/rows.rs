//! How our values stand in columns.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD as BASE64;
use proto::Sealed;
use url::Url;

use super::StoreError;

/// `key id:nonce:ciphertext`. A key id holds no colon.
pub(super) fn sealed_text(sealed: &Sealed) -> String {
    format!("{}:{}:{}", sealed.key_id, BASE64.encode(&sealed.nonce), BASE64.encode(&sealed.ciphertext))
}

pub(super) fn sealed(text: &str) -> Result<Sealed, StoreError> {
    let corrupt = || StoreError::Corrupt("a sealed secret");
    let mut parts = text.splitn(3, ':');
    let (Some(key_id), Some(nonce), Some(ciphertext)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(corrupt());
    };
    Ok(Sealed {
        key_id: key_id.to_owned(),
        nonce: BASE64.decode(nonce).map_err(|_| corrupt())?,
        ciphertext: BASE64.decode(ciphertext).map_err(|_| corrupt())?,
    })
}

pub(super) fn all_sealed(texts: &[String]) -> Result<Vec<Sealed>, StoreError> {
    texts.iter().map(|text| sealed(text)).collect()
}

pub(super) fn url(text: &str) -> Result<Url, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt("the URL"))
}

pub(super) fn count(number: i32) -> Result<u32, StoreError> {
    number.try_into().map_err(|_| StoreError::Corrupt("a count"))
}

#[cfg(test)]
mod tests {
    use proto::Sealed;

    use super::{sealed, sealed_text};

    #[test]
    fn a_sealed_secret_comes_back_as_it_went() {
        let secret = Sealed { key_id: "k2".into(), nonce: vec![0, 255, 7], ciphertext: vec![1; 40] };
        assert_eq!(sealed(&sealed_text(&secret)).unwrap(), secret);
        assert!(sealed("k2:abc").is_err());
        assert!(sealed("k2:*:*").is_err());
    }
}
