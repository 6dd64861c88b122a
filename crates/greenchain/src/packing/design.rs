//! `greenchain cartons design`: the set of cartons for a history of orders.
#![expect(clippy::format_push_string, reason = "words for people: one allocation more is nothing")]

use super::args::{DesignArgs, Objective};
use super::{table, warn};
use crate::Answer;
use crate::progress::Progress;
use anyhow::{Result, anyhow, bail};
use intake::File;
use intake::packing::{PackOrder, read_items, read_to_pack};
use packaging::CartonKind;
use packaging::design::{
    Board, CartonSet, Evaluation, IndustrySet, Maker, Measure, Order, Wish, design as design_set,
    design_by_industry, evaluate, split_at,
};
use quantity::{Length, Mass};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use store::OutputFolder;

/// Of all orders where no set for each industry is asked for.
const ALL: &str = "all";

pub(super) fn design(args: &DesignArgs) -> Result<Answer> {
    let progress = Progress::start();
    let (name, bytes) = table(&args.orders)?;
    let read = read_items(File { name: &name, bytes: &bytes }).map_err(refused)?;
    warn(&read.warnings)?;
    let orders: Vec<Order> = read.orders.iter().map(|order| history(args, order)).collect();
    if args.until.is_some() && read.orders.iter().any(|order| order.month.is_none()) {
        bail!("{name}: some orders have no month. Fill the column in, or leave --until out");
    }
    let (history, later) = match &args.until {
        Some(month) => split_at(orders, month),
        None => (orders, Vec::new()),
    };
    if history.is_empty() {
        bail!("{name}: holds no order to design on. Name a later month with --until");
    }
    let locked = args.locked.as_deref().map(cartons).transpose()?.unwrap_or_default();
    let against = args.against.as_deref().map(cartons).transpose()?;
    let measure = measure(args.objective);
    let wish = Wish { count: usize::from(args.count), measure, support: args.support, locked };
    let mut go_on = || {
        progress.tell("designing");
        progress.seconds() < args.time
    };
    let sets = if args.per_industry {
        design_by_industry(&history, &maker(args), &wish, &mut go_on)
    } else {
        let set = design_set(&history, &maker(args), &wish, &mut go_on);
        vec![IndustrySet { industry: ALL.to_owned(), set }]
    };
    progress.tell("judging by the later orders");
    let judged: Vec<Evaluation> =
        sets.iter().map(|one| judge(args, &one.industry, &one.set.cartons, &later)).collect();
    let compared = against.map(|given| {
        let by = |orders: &[Order]| evaluate(&given, orders, measure, args.support);
        (by(&history), by(&later))
    });
    progress.end();
    if let Some(folder) = &args.out {
        write(folder, &sets, measure)?;
    }
    let told = Told { sets: &sets, judged: &judged, later: &later, compared, measure };
    let text = if args.json { told.as_json().to_string() } else { told.as_text() };
    writeln!(std::io::stdout(), "{text}")?;
    Ok(Answer::Yes)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn refused(faults: intake::Faults) -> anyhow::Error {
    anyhow!("the tables cannot be designed from\n{faults}")
}

fn history(args: &DesignArgs, order: &PackOrder) -> Order {
    let industry = if args.per_industry { order.industry().unwrap_or("other") } else { ALL };
    Order {
        pieces: order.pieces(),
        count: 1,
        industry: industry.to_owned(),
        month: order.month.clone().unwrap_or_default(),
    }
}

fn cartons(path: &Path) -> Result<Vec<CartonKind>> {
    const NO_ITEMS: &[u8] = b"order_id,sku,quantity,length_cm,width_cm,height_cm,weight_g\n";
    let (name, bytes) = table(path)?;
    let items = File { name: "no items.csv", bytes: NO_ITEMS };
    let read = read_to_pack(items, File { name: &name, bytes: &bytes }).map_err(refused)?;
    warn(&read.warnings)?;
    Ok(read.cartons)
}

const fn measure(objective: Objective) -> Measure {
    match objective {
        Objective::Surface => Measure::Surface,
        Objective::Tare => Measure::Mass,
    }
}

/// Single wall up to 20 kg and double wall up to 40 kg, with the usual weights of board
/// (docs/ASSUMPTIONS.md, packaging).
fn maker(args: &DesignArgs) -> Maker {
    let board = |material: &str, grams_per_m2, base_g, per_litre_g, max_g| Board {
        material: material.to_owned(),
        grams_per_m2,
        load_base: Mass::from_grams(base_g),
        load_per_litre: Mass::from_grams(per_litre_g),
        load_max: Mass::from_grams(max_g),
    };
    let tenths = |cm: f64| Length::new((cm * 100.0).round() as i64);
    Maker {
        grid: Length::new(i64::from(args.grid_mm) * 10),
        largest: args.largest.map(tenths),
        glue_flap: Length::new(350),
        boards: vec![
            board("corrugated_single_wall", 500, 2_500, 300, 20_000),
            board("corrugated_double_wall", 800, 10_000, 300, 40_000),
        ],
    }
}

fn judge(args: &DesignArgs, industry: &str, set: &[CartonKind], later: &[Order]) -> Evaluation {
    let of: Vec<Order> = later.iter().filter(|order| order.industry == industry).cloned().collect();
    evaluate(set, &of, measure(args.objective), args.support)
}

fn write(folder: &Path, sets: &[IndustrySet], measure: Measure) -> Result<()> {
    let target = OutputFolder::begin(folder)?;
    let mut curve = String::from("industry,count,orders_left_out,material,unit\n");
    for IndustrySet { industry, set } in sets {
        let mut text =
            String::from("carton_id,length_cm,width_cm,height_cm,max_weight_g,tare_g,material\n");
        for carton in &set.cartons {
            let [l, w, h] = carton.inner.map(Length::centimetres);
            let (load, tare) = (carton.max_load.grams(), carton.tare.grams());
            text += &format!("{},{l},{w},{h},{load},{tare},{}\n", carton.id, carton.material);
        }
        let name = match industry.as_str() {
            ALL => "cartons.csv".to_owned(),
            industry => format!("cartons.{}.csv", industry.replace(['/', '\\', ':'], "_")),
        };
        target.write(&name, text.as_bytes())?;
        for step in &set.steps {
            let shown = material(step.material, measure);
            let (count, left_out, unit) = (step.count, step.left_out, unit(measure));
            curve += &format!("{industry},{count},{left_out},{shown},{unit}\n");
        }
    }
    target.write("curve.csv", curve.as_bytes())?;
    target.commit()?;
    Ok(())
}

fn material(counted: i64, measure: Measure) -> f64 {
    match measure {
        Measure::Surface => counted as f64 / 1e4,
        Measure::Mass => counted as f64 / 1e3,
    }
}

const fn unit(measure: Measure) -> &'static str {
    match measure {
        Measure::Surface => "cm2",
        Measure::Mass => "g",
    }
}

/// What is printed.
struct Told<'a> {
    sets: &'a [IndustrySet],
    judged: &'a [Evaluation],
    later: &'a [Order],
    /// Of the set to compare with: on the history and later.
    compared: Option<(Evaluation, Evaluation)>,
    measure: Measure,
}

impl Told<'_> {
    fn sum(&self, of: impl Fn(&CartonSet) -> i64) -> f64 {
        material(self.sets.iter().map(|one| of(&one.set)).sum(), self.measure)
    }

    /// `None` where a set has none.
    fn bound(&self) -> Option<f64> {
        let bounds: Option<Vec<i64>> = self.sets.iter().map(|one| one.set.lower_bound).collect();
        bounds.map(|bounds| material(bounds.iter().sum(), self.measure))
    }

    fn later_material(&self) -> f64 {
        material(self.judged.iter().map(|one| one.material).sum(), self.measure)
    }

    fn as_json(&self) -> Value {
        let sets: Vec<Value> = self.sets.iter().map(|one| self.set_json(one)).collect();
        let compared = self.compared.as_ref().map(|(history, later)| {
            json!({
                "history": material(history.material, self.measure),
                "history_not_served": history.orders_not_served,
                "later": material(later.material, self.measure),
                "later_not_served": later.orders_not_served,
            })
        });
        let cartons: Vec<Value> = self.sets.iter().flat_map(Self::cartons_json).collect();
        json!({
            "cartons": cartons,
            "unit": unit(self.measure),
            "material": self.sum(|set| set.material),
            "lower_bound": self.bound(),
            "later_orders": self.later.len(),
            "later_material": self.later_material(),
            "later_not_served": self.judged.iter().map(|one| one.orders_not_served).sum::<i64>(),
            "against": compared,
            "sets": sets,
        })
    }

    fn cartons_json(one: &IndustrySet) -> Vec<Value> {
        let of = |(carton, orders): (&CartonKind, &i64)| {
            let [l, w, h] = carton.inner.map(Length::centimetres);
            json!({"industry": one.industry, "carton_id": carton.id, "length_cm": l, "width_cm": w, "height_cm": h, "max_weight_g": carton.max_load.grams(), "tare_g": carton.tare.grams(), "material": carton.material, "orders": orders})
        };
        one.set.cartons.iter().zip(&one.set.used).map(of).collect()
    }

    fn set_json(&self, IndustrySet { industry, set }: &IndustrySet) -> Value {
        let steps: Vec<Value> = set
            .steps
            .iter()
            .map(|step| json!({"count": step.count, "orders_left_out": step.left_out, "material": material(step.material, self.measure)}))
            .collect();
        json!({"industry": industry, "count": set.cartons.len(), "too_large": set.too_large, "left_out": set.left_out, "curve": steps})
    }

    fn as_text(&self) -> String {
        let unit = unit(self.measure);
        let mut text = String::new();
        for IndustrySet { industry, set } in self.sets {
            text += &format!("{industry}: {} cartons\n", set.cartons.len());
            for (carton, used) in set.cartons.iter().zip(&set.used) {
                let [l, w, h] = carton.inner.map(Length::centimetres);
                let sides = format!("{l} x {w} x {h} cm");
                text += &format!("  {:<6} {sides:<24} {used:>8} orders\n", carton.id);
            }
            if set.left_out + set.too_large > 0 {
                text += &format!(
                    "  {} orders need a larger carton than can be made, {} more cartons than {}\n",
                    set.too_large,
                    set.left_out,
                    set.cartons.len()
                );
            }
            text += "  how many are worth having:\n";
            for pair in set.steps.windows(2) {
                let saved = material(pair[0].material - pair[1].material, self.measure);
                let served = pair[0].left_out - pair[1].left_out;
                let count = pair[1].count;
                text += &match served {
                    0 => format!("  {count:>4}: saves {saved:.0} {unit}\n"),
                    _ => format!("  {count:>4}: serves {served} orders more\n"),
                };
            }
        }
        text += &format!("history: {:.0} {unit}", self.sum(|set| set.material));
        if let Some(bound) = self.bound() {
            text += &format!(", no set of these candidates below {bound:.0}");
        }
        if !self.later.is_empty() {
            text += &format!("\nlater: {:.0} {unit}", self.later_material());
        }
        if let Some((history, later)) = &self.compared {
            text += &format!(
                "\nthe given set: history {:.0} {unit} ({} orders not served), later {:.0} {unit} ({} not served)",
                material(history.material, self.measure),
                history.orders_not_served,
                material(later.material, self.measure),
                later.orders_not_served
            );
        }
        text
    }
}
