//! One bad input per fault, with its words.

use crate::good::Folder;

/// Each edit of one place makes these faults and no other.
fn each_is_told(name: &'static str, cases: &[(&str, &str, &str)]) {
    for (from, to, told) in cases {
        assert_eq!(Folder::good().edited(name, from, to).told(), *told, "{from} -> {to}");
    }
}

#[test]
fn in_ids_and_times_of_orders() {
    each_is_told(
        "orders.csv",
        &[
            (
                "2017-11-24T08:00:00-03:00",
                "24:10",
                "orders.csv:2: placed_at is `24:10`: not a date and time. Write it as 2017-11-24T18:00:00-03:00.",
            ),
            (
                "2017-11-24T08:00:00-03:00",
                "2017-11-24T08:00:00",
                "orders.csv:2: placed_at is `2017-11-24T08:00:00`: has no offset from UTC. Add it, as in 2017-11-24T18:00:00-03:00.",
            ),
            (
                "2017-11-27T23:59:59-03:00",
                "9999-12-31T00:00:00Z",
                "orders.csv:2: promised_by is `9999-12-31T00:00:00Z`: not in the years 1970 to 2199. Correct the year.",
            ),
            (
                "2017-11-27T23:59:59-03:00",
                "2017-11-24T07:59:59-03:00",
                "orders.csv:2: promised_by is `2017-11-24T07:59:59-03:00`: before placed_at. Correct one of the two.",
            ),
            (
                "2017-11-24T08:00:00-03:00",
                "",
                "orders.csv:2: placed_at is ``: empty. Give a value in every row.",
            ),
            (
                "o2,2017",
                "o1,2017",
                "orders.csv:3: order_id is `o1`: the same as in row 2. Remove or rename one of the two.\norder_items.csv:3: order_id is `o2`: no such order in orders.csv. Add it there or correct it here.",
            ),
            (
                "o2,2017",
                "o2;x,2017",
                "orders.csv:3: order_id is `o2;x`: not a name. Leave out `;` and control characters.",
            ),
        ],
    );
}

#[test]
fn in_places_and_options_of_orders() {
    each_is_told(
        "orders.csv",
        &[
            (
                "W1,-23.6",
                "W9,-23.6",
                "orders.csv:2: origin_site is `W9`: no such site in sites.csv. Add it there or correct it here.",
            ),
            (
                "-23.6",
                "-90.5",
                "orders.csv:2: dest_lat is `-90.5`: not a latitude. Write degrees from -90 to 90, north positive.",
            ),
            (
                "-46.7",
                "181",
                "orders.csv:2: dest_lon is `181`: not a longitude. Write degrees from -180 to 180, east positive.",
            ),
            (
                "-46.7",
                "-46:42",
                "orders.csv:2: dest_lon is `-46:42`: not a number. Write digits with a point, such as 12.5.",
            ),
            (
                "-46.7",
                "NaN",
                "orders.csv:2: dest_lon is `NaN`: not a finite number. Write a finite number, such as 12.5.",
            ),
            (
                "standard",
                "drone",
                "orders.csv:2: option is `drone`: unknown option. Write one of standard, door, green, station, station:ID, slot:HH-HH.",
            ),
            (
                "station:S1",
                "station:S9",
                "orders.csv:3: option is `station:S9`: no such station in sites.csv. Add it there or correct it here.",
            ),
            (
                "station:S1",
                "station:H1",
                "orders.csv:3: option is `station:H1`: no such station in sites.csv. Add it there or correct it here.",
            ),
            (
                "slot:18-20",
                "slot:13-10",
                "orders.csv:4: option is `slot:13-10`: not a slot. Write slot:HH-HH from before until, hours 0 to 24.",
            ),
            (
                "slot:18-20",
                "slot:10-25",
                "orders.csv:4: option is `slot:10-25`: not a slot. Write slot:HH-HH from before until, hours 0 to 24.",
            ),
            (
                "slot:18-20,bert",
                "slot:18-20,bert,x",
                "orders.csv:4: has 9 fields where the header has 8. Check its commas and quotes.",
            ),
        ],
    );
}

#[test]
fn in_order_items() {
    each_is_told(
        "order_items.csv",
        &[
            (
                "o2,p1,2",
                "o2,p9,2",
                "order_items.csv:3: sku is `p9`: no such sku in products.csv. Add it there or correct it here.",
            ),
            (
                "o1,p1,3",
                "o9,p1,3",
                "order_items.csv:4: order_id is `o9`: no such order in orders.csv. Add it there or correct it here.",
            ),
            (
                "o2,p1,2",
                "o8,p1,2",
                "order_items.csv:3: order_id is `o8`: no such order in orders.csv. Add it there or correct it here.\norders.csv:3: order_id is `o2`: has no row in order_items.csv. Add one there, or remove the order.",
            ),
            (
                "o2,p1,2",
                ",p1,2",
                "order_items.csv:3: order_id is ``: empty. Give a value in every row.",
            ),
            (
                "o2,p1,2\n",
                "",
                "orders.csv:3: order_id is `o2`: has no row in order_items.csv. Add one there, or remove the order.",
            ),
            (
                "o2,p1,2",
                "o2,p1,0",
                "order_items.csv:3: quantity is `0`: zero. Write a number from 1 to 10000.",
            ),
            (
                "o2,p1,2",
                "o2,p1,-1",
                "order_items.csv:3: quantity is `-1`: negative. Write a number from 1 to 10000.",
            ),
            (
                "o2,p1,2",
                "o2,p1,1.5",
                "order_items.csv:3: quantity is `1.5`: not a whole number. Write a whole number from 1 to 10000.",
            ),
            (
                "o2,p1,2",
                "o2,p1,10001",
                "order_items.csv:3: quantity is `10001`: too large. Write a number from 1 to 10000.",
            ),
            (
                "o1,p2,4",
                "o1,p2,10000",
                "order_items.csv:6: quantity is `10000`: too many, with the rows of the same order and sku before. The most is 10000: split the order.",
            ),
        ],
    );
}

#[test]
fn in_products_and_cartons() {
    each_is_told(
        "products.csv",
        &[
            (
                "p1,books,26",
                "p1,books,0",
                "products.csv:3: length_cm is `0`: zero. Write a number from 0.01 to 10000.",
            ),
            (
                "p1,books,26",
                "p1,books,10000.1",
                "products.csv:3: length_cm is `10000.1`: too large. Write a number from 0.01 to 10000.",
            ),
            (
                "p1,books,26",
                "p1,books,inf",
                "products.csv:3: length_cm is `inf`: not a finite number. Write a finite number, such as 12.5.",
            ),
            (
                "8,600",
                "8,100000001",
                "products.csv:3: weight_g is `100000001`: too large. Write a number from 0 to 100000000.",
            ),
            (
                "600,0",
                "600,maybe",
                "products.csv:3: fragile is `maybe`: not yes or no. Write 1, true, yes, 0, false or no, or leave it empty.",
            ),
            (
                "p1,books,26,22,8,600,0,no,FALSE\n",
                "p1,books,26,22,8,600,0,no,FALSE\np2,books,1,1,1,1,,,\n",
                "products.csv:4: sku is `p2`: the same as in row 2. Remove or rename one of the two.",
            ),
        ],
    );
    each_is_told(
        "cartons.csv",
        &[
            (
                "27.009",
                "0.001",
                "cartons.csv:2: length_cm is `0.001`: too small. Write a number from 0.01 to 10000.",
            ),
            (
                "4000",
                "0",
                "cartons.csv:2: max_weight_g is `0`: zero. Write a number from 0.001 to 100000000.",
            ),
            (
                ",7\n",
                ",-7\n",
                "cartons.csv:2: stock_reused is `-7`: negative. Write a number from 0 to 1000000000.",
            ),
            (
                "C2,",
                "own,",
                "cartons.csv:2: carton_id is `own`: stands for a product's own package. Rename it.",
            ),
            (
                "C1,",
                "Own,",
                "cartons.csv:3: carton_id is `Own`: stands for a product's own package. Rename it.",
            ),
            (
                "C1,",
                "C2,",
                "cartons.csv:3: carton_id is `C2`: the same as in row 2. Remove or rename one of the two.",
            ),
        ],
    );
}

#[test]
fn in_sites() {
    each_is_told(
        "sites.csv",
        &[
            (
                "hub",
                "depot",
                "sites.csv:3: kind is `depot`: unknown. Write one of warehouse, hub, station.",
            ),
            (
                ",15,0,",
                ",15,-90,",
                "sites.csv:2: azimuth_deg is `-90`: negative. Write a number from 0 to 360.",
            ),
            (
                "2000,1000",
                "2000,0",
                "sites.csv:2: battery_kw is `0`: zero. Write a number from 0 to 1000000.",
            ),
            (
                "S1,station",
                "H1,station",
                "sites.csv:4: site_id is `H1`: the same as in row 3. Remove or rename one of the two.\norders.csv:3: option is `station:S1`: no such station in sites.csv. Add it there or correct it here.",
            ),
        ],
    );
}

#[test]
fn in_vehicles() {
    each_is_told(
        "vehicles.csv",
        &[
            (
                "van,diesel",
                "van,steam",
                "vehicles.csv:3: energy is `steam`: unknown. Write one of diesel, petrol, electric, robot.",
            ),
            (
                "10,H1",
                "10,H9",
                "vehicles.csv:4: site_id is `H9`: no such site in sites.csv. Add it there or correct it here.",
            ),
            (
                "1300",
                "0",
                "vehicles.csv:3: capacity_kg is `0`: zero. Write a number from 0.001 to 100000.",
            ),
            (
                "9.5,12",
                "9.5,9",
                "vehicles.csv:3: kwh_or_l_per_100km_full is `9`: less than when empty, 9.5. Write as much or more.",
            ),
            (
                "2,0.5,14",
                ",0.5,14",
                "vehicles.csv:4: battery_kwh is ``: an electric vehicle has a battery or a range. Give battery_kwh or range_km.",
            ),
            (
                "2,0.5,14",
                "2,0.5,0",
                "vehicles.csv:4: speed_kmh is `0`: zero. Write a number from 0.1 to 300.",
            ),
            (
                "diesel_van,diesel,20",
                "electric_van,diesel,20",
                "vehicles.csv:3: vehicle_type is `electric_van`: the same as in row 2. Remove or rename one of the two.\ngreenchain.toml: baseline.vehicle_type is `diesel_van`: no such vehicle_type in vehicles.csv. Write one of cargo_bike, electric_van as vehicle_type under [baseline].",
            ),
        ],
    );
}

#[test]
fn in_series_and_distances() {
    each_is_told(
        "weather.csv",
        &[
            (
                "T13:00",
                "T12:00",
                "weather.csv:3: timestamp is `2017-11-24T12:00:00-03:00`: the same as in row 2. Remove or rename one of the two.",
            ),
            (
                "900",
                "-5.1",
                "weather.csv:3: ghi_w_m2 is `-5.1`: negative. Write a number from 0 to 2000.",
            ),
            (
                "900",
                "9999",
                "weather.csv:3: ghi_w_m2 is `9999`: too large. Write a number from 0 to 2000.",
            ),
            (
                "27.5",
                "NaN",
                "weather.csv:2: temp_air_c is `NaN`: not a finite number. Write a finite number, such as 12.5.",
            ),
        ],
    );
    each_is_told(
        "tariff.csv",
        &[
            (
                "T01:00:00-03:00",
                "T03:00:00Z",
                "tariff.csv:3: timestamp is `2017-11-24T03:00:00Z`: the same as in row 2. Remove or rename one of the two.",
            ),
            (
                "0.5",
                "50 ct",
                "tariff.csv:2: price_per_kwh is `50 ct`: not a number. Write digits with a point, such as 12.5.",
            ),
        ],
    );
    each_is_told(
        "grid.csv",
        &[(
            "0.09",
            "-0.09",
            "grid.csv:2: kg_co2e_per_kwh is `-0.09`: negative. Write a number from 0 to 10.",
        )],
    );
    each_is_told(
        "distances.csv",
        &[
            (
                "W1,o1",
                "W1,o9",
                "distances.csv:2: to_id is `o9`: no such site or order in sites.csv or orders.csv. Add it there or correct it here.",
            ),
            (
                "o1,W1",
                "W1,o1",
                "distances.csv:3: to_id is `o1`: the same as in row 2. Remove or rename one of the two.",
            ),
            (
                "12.5",
                "-1",
                "distances.csv:2: distance_km is `-1`: negative. Write a number from 0 to 40000.",
            ),
        ],
    );
}

#[test]
fn in_settings_above_the_sections() {
    each_is_told(
        "greenchain.toml",
        &[
            (
                "currency = \"BRL\"\n",
                "",
                "greenchain.toml: currency is missing. Write it, as in currency = \"BRL\".",
            ),
            (
                "\"BRL\"",
                "\"Real\"",
                "greenchain.toml: currency is `Real`: not a currency code. Write three capital letters of ISO 4217, such as \"BRL\".",
            ),
            (
                "\"BR\"",
                "\"Brazil\"",
                "greenchain.toml: country is `Brazil`: not a country code. Write two capital letters of ISO 3166-1, such as \"BR\".",
            ),
            (
                "America/Sao_Paulo",
                "Sao Paulo",
                "greenchain.toml: timezone is `Sao Paulo`: not a time zone. Write a name of the IANA list, such as \"America/Sao_Paulo\".",
            ),
            ("\"Two days\"", "2", "greenchain.toml: name is `2`: not text. Write it in quotes."),
            (
                "\"Two days\"",
                "\"Two days",
                "greenchain.toml:1:17: invalid basic string, expected `\"`. Correct the TOML there.",
            ),
        ],
    );
}

#[test]
fn in_sections_of_settings() {
    for (lines, told) in [
        (
            "seed = -1",
            "greenchain.toml: seed is `-1`: not a seed. Write a whole number, zero or more.",
        ),
        (
            "policy = 3",
            "greenchain.toml: policy is `3`: not a section. Write its keys under [policy].",
        ),
        (
            "[policy]\nhubs = 1",
            "greenchain.toml: policy.hubs is `1`: not true or false. Write true or false, without quotes.",
        ),
        (
            "[policy]\nsupport = 1.1",
            "greenchain.toml: policy.support is `1.1`: too large. Write a number from 0 to 1.",
        ),
        (
            "[policy]\ndetour_factor = \"1.3\"",
            "greenchain.toml: policy.detour_factor is `1.3`: written as text. Write it without quotes.",
        ),
        (
            "[policy]\ndetour_factor = \"1,3\"",
            "greenchain.toml: policy.detour_factor is `1,3`: not a number. Write digits with a point, such as 12.5.",
        ),
        ("seed = \"1\"", "greenchain.toml: seed is `1`: written as text. Write it without quotes."),
        (
            "seed = \"-1\"",
            "greenchain.toml: seed is `-1`: not a seed. Write a whole number, zero or more.",
        ),
        (
            "[policy]\nhubs = \"true\"",
            "greenchain.toml: policy.hubs is `true`: written as text. Write it without quotes.",
        ),
        (
            "[policy]\ndetour_factor = nan",
            "greenchain.toml: policy.detour_factor is `nan`: not a finite number. Write a finite number, such as 12.5.",
        ),
        (
            "[policy]\nshift_start = 08:00:00",
            "greenchain.toml: policy.shift_start is `08:00:00`: not a time of day. Write \"00:00\" to \"23:59\", in quotes.",
        ),
        (
            "[baseline]\ncarton = \"largest\"",
            "greenchain.toml: baseline.carton is `largest`: unknown. Write one of smallest_new_by_volume, least_carbon.",
        ),
        (
            "[baseline]\nvehicle_type = \"tram\"",
            "greenchain.toml: baseline.vehicle_type is `tram`: no such vehicle_type in vehicles.csv. Write one of cargo_bike, diesel_van, electric_van as vehicle_type under [baseline].",
        ),
    ] {
        assert_eq!(Folder::good().longer("greenchain.toml", lines).told(), told, "{lines}");
    }
}

#[test]
fn in_whole_files() {
    let good = Folder::good;
    for (folder, told) in [
        (good().without("orders.csv"), "orders.csv: missing. Add it, or orders.parquet."),
        (
            good().without("greenchain.toml"),
            "greenchain.toml: missing. Add it, with currency, country and timezone.",
        ),
        (
            good().with("orders.parquet", ""),
            "orders.csv: given as orders.parquet too. Remove one of the two.",
        ),
        (
            good().with("grid.csv", ""),
            "grid.csv: empty. Write at least its header: timestamp,kg_co2e_per_kwh.",
        ),
        (
            good().with("grid.csv", " \r\n\n"),
            "grid.csv: empty. Write at least its header: timestamp,kg_co2e_per_kwh.",
        ),
        (
            good().with("grid.csv", "\u{feff}"),
            "grid.csv: empty. Write at least its header: timestamp,kg_co2e_per_kwh.",
        ),
        (
            good().with("greenchain.toml", "\n"),
            "greenchain.toml: empty. Write at least currency, country and timezone.",
        ),
        (
            good().with("grid.csv", "timestamp,kg_co2e_per_kwh\n"),
            "grid.csv: has no rows. Add one at least, or remove the file.",
        ),
        (
            good().with("sites.csv", "site_id,kind,lat,lon\n"),
            "sites.csv: has no rows. Add one at least.",
        ),
        (
            good().edited("grid.csv", "kg_co2e_per_kwh", "kg"),
            "grid.csv: has no column `kg_co2e_per_kwh`. Add it (or rename one of: kg).",
        ),
        (
            good().edited("grid.csv", "timestamp,kg_co2e_per_kwh", "timestamp,"),
            "grid.csv: has no column `kg_co2e_per_kwh`. Add it.",
        ),
        (
            good().with("grid.csv", ",a,Timestamp,c,d,e,f\n0,1,2,3,4,5,6\n"),
            "grid.csv: has no column `timestamp`. Add it (or rename one of: a, Timestamp, c, d, e).\ngrid.csv: has no column `kg_co2e_per_kwh`. Add it (or rename one of: a, Timestamp, c, d, e).",
        ),
        (
            good().edited("grid.csv", "timestamp,", "timestamp,timestamp,"),
            "grid.csv: has two columns `timestamp`. Remove one of the two.\ngrid.csv:2: has 2 fields where the header has 3. Check its commas and quotes.\ngrid.csv:3: has 2 fields where the header has 3. Check its commas and quotes.",
        ),
        (
            good().with("grid.csv", "timestamp;kg_co2e_per_kwh\n"),
            "grid.csv: columns are separated by `;`. Separate them by `,`.",
        ),
        (
            good().with("grid.csv", "timestamp\tkg_co2e_per_kwh\n"),
            "grid.csv: columns are separated by `tab`. Separate them by `,`.",
        ),
        (
            good().with("grid.csv", b"timestamp,kg_co2e_per_kwh\n\xe9,1\n"),
            "grid.csv:2: not UTF-8. Save the file as UTF-8.",
        ),
        (
            good().with("greenchain.toml", b"a=1\nb=\"\xe9\""),
            "greenchain.toml:2: not UTF-8. Save the file as UTF-8.",
        ),
    ] {
        assert_eq!(folder.told(), told);
    }
}
