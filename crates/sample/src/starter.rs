//! The small scenario: a folder of files as a user edits them, kept as such in `starter/`.

/// Name and content of each file.
pub(crate) fn files() -> Vec<(&'static str, String)> {
    [
        ("README.md", include_str!("../starter/README.md")),
        ("greenchain.toml", include_str!("../starter/greenchain.toml")),
        ("orders.csv", include_str!("../starter/orders.csv")),
        ("order_items.csv", include_str!("../starter/order_items.csv")),
        ("products.csv", include_str!("../starter/products.csv")),
        ("cartons.csv", include_str!("../starter/cartons.csv")),
        ("sites.csv", include_str!("../starter/sites.csv")),
        ("vehicles.csv", include_str!("../starter/vehicles.csv")),
    ]
    .map(|(name, text)| (name, text.to_owned()))
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str) -> String {
        files().into_iter().find(|file| file.0 == name).unwrap().1
    }

    #[test]
    fn the_readme_explains_every_column_and_file() {
        let readme = text("README.md");
        for (name, text) in files() {
            assert!(name == "README.md" || readme.contains(&format!("`{name}`")), "{name}");
            if name != "README.md" && name != "greenchain.toml" {
                for column in text.lines().next().unwrap().split(',') {
                    assert!(readme.contains(&format!("`{column}`")), "{name}: {column}");
                }
            }
        }
    }

    #[test]
    fn every_key_of_the_settings_says_unit_and_meaning() {
        let settings = text("greenchain.toml");
        let mut said = false;
        let mut keys = 0;
        for line in settings.lines() {
            if line.contains(" = ") && !line.starts_with('#') {
                assert!(said, "no comment above `{line}`");
                keys += 1;
            }
            said = line.starts_with("# ");
        }
        assert_eq!(keys, 5 + 12 + 5 + 4 + 5, "general, policy, energy, recycling, baseline");
    }

    #[test]
    fn it_is_small_and_its_cells_are_whole() {
        for (name, rows) in [
            ("orders.csv", 12),
            ("products.csv", 6),
            ("cartons.csv", 4),
            ("sites.csv", 3),
            ("vehicles.csv", 3),
        ] {
            let text = text(name);
            assert_eq!(text.lines().count(), 1 + rows, "{name}");
            let commas = |line: &str| line.matches(',').count();
            let columns = text.lines().map(commas).collect::<std::collections::BTreeSet<usize>>();
            assert_eq!(columns.len(), 1, "{name}: rows of unequal length");
        }
    }
}
