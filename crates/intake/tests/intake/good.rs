//! A small scenario without fault, and its files changed.

use intake::{Checked, Fault, Faults, File, Ground};

/// Names and texts of a scenario's files.
#[derive(Clone)]
pub(crate) struct Folder(pub(crate) Vec<(&'static str, Vec<u8>)>);

const SETTINGS: &str = r#"name = "Two days"
currency = "BRL"
country = "BR"
timezone = "America/Sao_Paulo"
"#;
const SITES: &str = "\
site_id,kind,lat,lon,pv_kwp,tilt_deg,azimuth_deg,battery_kwh,battery_kw,load_kwh_day
W1,warehouse,-23.337,-46.823,1500,15,0,2000,1000,9000
H1,hub,-23.529,-46.74,150,,,300,,900
S1,station,-23.545,-46.59,,,,,,
";
const PRODUCTS: &str = "\
sku,industry,length_cm,width_cm,height_cm,weight_g,fragile,own_package,upright
p2,toys,17,17,15.001,350,1,,yes
p1,books,26,22,8,600,0,no,FALSE
";
const CARTONS: &str = "\
carton_id,length_cm,width_cm,height_cm,max_weight_g,tare_g,material,stock_new,stock_reused
C2,27.009,18,9,4000,96,corrugated,,7
C1,16,11,6,2500,38,corrugated,500,
";
const VEHICLES: &str = "\
vehicle_type,energy,count,site_id,capacity_kg,capacity_l,kwh_or_l_per_100km_empty,\
kwh_or_l_per_100km_full,battery_kwh,charge_kw,speed_kmh,cost_per_km,cost_per_h,range_km
electric_van,electric,12,W1,1000,11000,24,31,68,50,30,0.7,38,220
diesel_van,diesel,20,W1,1300,11000,9.5,12,,,30,1.1,38,
cargo_bike,electric,10,H1,150,1500,1.5,2.5,2,0.5,14,0.15,30,
";
const ORDERS: &str = "\
order_id,placed_at,origin_site,dest_lat,dest_lon,promised_by,option,customer_id
o1,2017-11-24T08:00:00-03:00,W1,-23.6,-46.7,2017-11-27T23:59:59-03:00,standard,anna
o2,2017-11-24T07:00:00-03:00,W1,-23.5,-46.6,,station:S1,
o3,2017-11-24T09:00:00-03:00,W1,-23.4,-46.5,2017-11-24T21:00:00Z,slot:18-20,bert
";
const ITEMS: &str = "\
order_id,sku,quantity
o1,p2,1
o2,p1,2
o1,p1,3
o3,p1,1
o1,p2,4
";
const WEATHER: &str = "\
timestamp,ghi_w_m2,dni_w_m2,dhi_w_m2,temp_air_c,wind_speed_m_s
2017-11-24T13:00:00-03:00,800,600,200,27.5,3
2017-11-24T12:00:00-03:00,900,700,200,27,2.5
";
const TARIFF: &str = "\
timestamp,price_per_kwh
2017-11-24T00:00:00-03:00,0.5
2017-11-24T01:00:00-03:00,-0.01
";
const GRID: &str = "\
timestamp,kg_co2e_per_kwh
2017-11-24T00:00:00-03:00,0.09
2017-11-24T01:00:00-03:00,0
";
const DISTANCES: &str = "\
from_id,to_id,distance_km
W1,o1,12.5
o1,W1,13
";

impl Folder {
    /// Every file, none with a fault.
    pub(crate) fn good() -> Self {
        Self(
            [
                ("greenchain.toml", SETTINGS),
                ("sites.csv", SITES),
                ("products.csv", PRODUCTS),
                ("cartons.csv", CARTONS),
                ("vehicles.csv", VEHICLES),
                ("orders.csv", ORDERS),
                ("order_items.csv", ITEMS),
                ("weather.csv", WEATHER),
                ("tariff.csv", TARIFF),
                ("grid.csv", GRID),
                ("distances.csv", DISTANCES),
            ]
            .map(|(name, text)| (name, text.as_bytes().to_vec()))
            .into(),
        )
    }

    /// With a file added, or another in its place.
    pub(crate) fn with(mut self, name: &'static str, bytes: impl Into<Vec<u8>>) -> Self {
        self.0.retain(|(other, _)| *other != name);
        self.0.push((name, bytes.into()));
        self
    }

    /// Without a file.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(other, _)| *other != name);
        self
    }

    /// With `from`, which is there once, made `to`.
    pub(crate) fn edited(self, name: &'static str, from: &str, to: &str) -> Self {
        let text = self.text(name);
        assert_eq!(text.matches(from).count(), 1, "`{from}` is not once in {name}");
        let text = text.replace(from, to);
        self.with(name, text)
    }

    /// With rows added.
    pub(crate) fn longer(self, name: &'static str, rows: &str) -> Self {
        let text = self.text(name) + rows;
        self.with(name, text)
    }

    /// The text of a file.
    pub(crate) fn text(&self, name: &str) -> String {
        let (_, bytes) = self.0.iter().find(|(other, _)| *other == name).expect("a good file");
        String::from_utf8(bytes.clone()).expect("good files are text")
    }

    pub(crate) fn read(&self) -> Result<Checked, Faults> {
        let files: Vec<File> = self.0.iter().map(|(name, bytes)| File { name, bytes }).collect();
        intake::read(&files)
    }

    /// The ground of a folder without fault.
    pub(crate) fn ground(&self) -> Ground {
        let files: Vec<File> = self.0.iter().map(|(name, bytes)| File { name, bytes }).collect();
        intake::ground(&files).unwrap_or_else(|faults| panic!("unexpected faults:\n{faults}")).0
    }

    /// The scenario of a folder without fault.
    pub(crate) fn checked(&self) -> Checked {
        self.read().unwrap_or_else(|faults| panic!("unexpected faults:\n{faults}"))
    }

    /// The faults, as they are printed.
    pub(crate) fn told(&self) -> String {
        self.read().err().map(|faults| faults.to_string()).unwrap_or_default()
    }

    /// The only fault.
    pub(crate) fn fault(&self) -> Fault {
        let faults = self.read().expect_err("a fault");
        assert_eq!(faults.total, 1, "{faults}");
        faults.first.into_iter().next().expect("the first of one")
    }
}
