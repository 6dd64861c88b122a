//! Names of a ledger's files: `TENANT.PERIOD.BATCH.parquet`.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Bytes of a tenant in a file name: file systems allow 255 for the whole.
const TENANT_BYTES_MAX: usize = 120;

/// A file's name. Whatever is not a letter or digit of ASCII, `-` or `_` is written as `%` and two
/// hexadecimal digits a byte, so that a name never leaves its folder and points only divide it. A
/// tenant too long for a name is cut and told apart by its hash.
pub(super) fn file_name(tenant: &str, period: &str, batch: &str) -> String {
    let mut tenant_part = escaped(tenant);
    if tenant_part.len() > TENANT_BYTES_MAX {
        tenant_part.truncate(TENANT_BYTES_MAX - 17);
        tenant_part.push('~');
        for byte in &Sha256::digest(tenant)[..8] {
            write!(tenant_part, "{byte:02x}").expect("a string takes what is written to it");
        }
    }
    format!("{tenant_part}.{}.{}.parquet", escaped(period), escaped(batch))
}

fn escaped(text: &str) -> String {
    if text.is_empty() {
        return "%".to_owned();
    }
    text.bytes().fold(String::new(), |mut name, byte| {
        if byte.is_ascii_alphanumeric() || b"-_".contains(&byte) {
            name.push(char::from(byte));
        } else {
            write!(name, "%{byte:02X}").expect("a string takes what is written to it");
        }
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_tenant_may_have_any_name() {
        for (tenant, expect, why) in [
            ("main", "main.2025-07.b0001.parquet", "plain"),
            ("../up", "%2E%2E%2Fup.2025-07.b0001.parquet", "no way out of the folder"),
            ("A.B", "A%2EB.2025-07.b0001.parquet", "points divide a name"),
            ("绿", "%E7%BB%BF.2025-07.b0001.parquet", "not ASCII"),
            ("", "%.2025-07.b0001.parquet", "no name at all"),
        ] {
            assert_eq!(file_name(tenant, "2025-07", "b0001"), expect, "{why}");
        }
    }

    proptest! {
        #[test]
        fn unlike_tenants_have_unlike_files(a in ".{0,300}", b in ".{0,300}") {
            let [name_a, name_b] = [&a, &b].map(|tenant| file_name(tenant, "2025", "b1"));
            prop_assert_eq!(a == b, name_a == name_b);
            prop_assert!(name_a.len() <= 255 && name_a.is_ascii());
            prop_assert_eq!(name_a.matches('.').count(), 3);
        }
    }
}
