//! Orders into the store: checked against their scenario, many in one append.

use crate::app::App;
use crate::asked::Asking;
use crate::execute::Recorded;
use crate::problem::{Place, Problem};
use axum::http::StatusCode;
use csv::Writer;
use events::{Command, Decision, History, Refusal, StreamId, Tenant};
use intake::{File, Ground};
use operations::field::{Delivery, Id, Moment};
use operations::order::OrderItem;
use operations::{OrderBody, ReceiveOrder, Recipient, Salt, recipient_id, stream};
use ordering::DeliveryOption;
use planner::{Order, Scenario};
use std::collections::BTreeSet;
use std::sync::Mutex;

/// Orders of one append.
pub(crate) const CHUNK: usize = 1_000;
/// The rule that speaks where an order is known otherwise: with other content, or another salt.
const DIFFERS: &str = "order-differs";
/// How long the data of a recipient are kept, in days.
const KEPT_DAYS: i64 = 400;

/// An order with its id.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) id: Id,
    pub(crate) body: OrderBody,
}

impl From<ReceiveOrder> for Arrived {
    fn from(ReceiveOrder { id, body, .. }: ReceiveOrder) -> Self {
        Self { id, body }
    }
}

/// The tables of some orders, as `intake` reads them. Row `n + 2` of `orders.csv` is the order `n`.
pub(crate) fn tables(orders: &[Arrived]) -> Result<[(String, Vec<u8>); 2], Problem> {
    let broken = |fault: &dyn std::fmt::Display| Problem::internal(fault);
    let (mut head, mut items) = (Writer::from_writer(Vec::new()), Writer::from_writer(Vec::new()));
    let columns = [
        "order_id",
        "placed_at",
        "origin_site",
        "dest_lat",
        "dest_lon",
        "promised_by",
        "option",
        "customer_id",
    ];
    head.write_record(columns).map_err(|fault| broken(&fault))?;
    items.write_record(["order_id", "sku", "quantity"]).map_err(|fault| broken(&fault))?;
    for Arrived { id, body } in orders {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let Recipient { customer_id, dest_lat, dest_lon } = &body.recipient;
        head.write_record([
            id.as_str(),
            body.placed_at.as_str(),
            body.origin_site.as_str(),
            &dest_lat.to_string(),
            &dest_lon.to_string(),
            &text(body.promised_by.as_deref()),
            &text(body.option.as_deref()),
            &text(customer_id.as_deref()),
        ])
        .map_err(|fault| broken(&fault))?;
        for OrderItem { sku, quantity } in &body.items {
            items
                .write_record([id.as_str(), sku, &quantity.to_string()])
                .map_err(|fault| broken(&fault))?;
        }
    }
    let bytes = |writer: Writer<Vec<u8>>| writer.into_inner().map_err(|fault| broken(&fault));
    Ok([("orders.csv".into(), bytes(head)?), ("order_items.csv".into(), bytes(items)?)])
}

/// What is wrong with some orders, each with the number of its order where one can be named.
pub(crate) fn judge(
    ground: &Ground,
    orders: &[Arrived],
) -> Result<Vec<(Option<usize>, Place)>, Problem> {
    let tables = tables(orders)?;
    let files: Vec<File> =
        tables.iter().map(|(name, bytes)| File { name, bytes: bytes.as_slice() }).collect();
    let Err(faults) = ground.orders(&files) else { return Ok(Vec::new()) };
    // Rows of the second table count items: whose they are is told by walking.
    let owners: Vec<usize> = orders
        .iter()
        .enumerate()
        .flat_map(|(number, order)| order.body.items.iter().map(move |_| number))
        .collect();
    let told = faults.first.iter().map(|fault| {
        let at = fault.place();
        let row = at.row.and_then(|row| (row as usize).checked_sub(2));
        let number = match at.file {
            "orders.csv" => row.filter(|row| *row < orders.len()),
            _ => row.and_then(|row| owners.get(row).copied()),
        };
        let column = at.column.map(str::to_owned);
        let detail = fault.to_string();
        // The tables are ours: the caller never saw their rows.
        let detail = detail.split_once(": ").map_or(detail.clone(), |(_, rest)| rest.to_owned());
        (number, Place { column, detail, ..Place::default() })
    });
    Ok(told.collect())
}

/// Several orders, taken in by one append. Those that are refused are left out and told.
struct Many<'a> {
    orders: &'a [ReceiveOrder],
    refused: Mutex<Vec<(usize, Refusal)>>,
}

impl Command for Many<'_> {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        let mut streams = BTreeSet::new();
        for order in self.orders {
            streams.extend(order.streams()?);
        }
        Ok(streams.into_iter().collect())
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let (mut all, mut refused) = (Decision::default(), Vec::new());
        for (number, order) in self.orders.iter().enumerate() {
            match order.decide(history) {
                Ok(decision) => {
                    all.writes.extend(decision.writes);
                    all.persons.extend(decision.persons);
                }
                Err(refusal) => refused.push((number, refusal)),
            }
        }
        let mut told = self.refused.lock().map_err(|_| {
            Refusal::state("orders-poisoned", "another thread of the server broke. Ask again")
        })?;
        *told = refused;
        Ok(all)
    }
}

/// What became of many orders.
#[derive(Default)]
pub(crate) struct Taken {
    /// Number of events.
    pub(crate) recorded: u64,
    /// Position of the last of them.
    pub(crate) position: u64,
    /// Number of the order, and why not.
    pub(crate) refused: Vec<(usize, Refusal)>,
}

impl App {
    /// Takes orders in that were found right, in appends of a thousand.
    pub(crate) async fn take_in(
        &self,
        asking: &Asking,
        orders: Vec<Arrived>,
    ) -> Result<Taken, Problem> {
        let mut taken = Taken::default();
        let mut begin = 0;
        let mut rest = orders.into_iter().peekable();
        while rest.peek().is_some() {
            // An id that comes twice waits for the next append: there it meets what the first did.
            let (mut ids, mut chunk) = (BTreeSet::new(), Vec::new());
            while let Some(next) = rest.peek() {
                if chunk.len() == CHUNK || !ids.insert(next.id.clone()) {
                    break;
                }
                chunk.extend(rest.next());
            }
            let commands = self.new_commands(chunk)?;
            let (known, mut refused): (Vec<_>, Vec<_>) = self
                .take_chunk(asking, &commands, &mut taken)
                .await?
                .into_iter()
                .partition(|(_, why)| why.rule == DIFFERS);
            if !known.is_empty() {
                let numbers: Vec<usize> = known.into_iter().map(|(number, _)| number).collect();
                let orders = numbers.iter().map(|&number| commands[number].clone().into());
                let again = self.commands(asking.caller.tenant(), orders.collect()).await?;
                let again = self.take_chunk(asking, &again, &mut taken).await?;
                refused.extend(again.into_iter().map(|(place, why)| (numbers[place], why)));
            }
            taken.refused.extend(refused.into_iter().map(|(number, why)| (begin + number, why)));
            begin += commands.len();
        }
        Ok(taken)
    }

    /// Takes orders in by one append; returns those that were refused.
    async fn take_chunk(
        &self,
        asking: &Asking,
        orders: &[ReceiveOrder],
        taken: &mut Taken,
    ) -> Result<Vec<(usize, Refusal)>, Problem> {
        let many = Many { orders, refused: Mutex::default() };
        let recorded = self.record(&self.head(asking), &many).await?;
        taken.recorded += recorded.n_events;
        taken.position = recorded.position.unwrap_or(taken.position);
        Ok(many.refused.into_inner().unwrap_or_default())
    }

    /// Takes an order in that was found right.
    pub(crate) async fn receive(
        &self,
        asking: &Asking,
        order: Arrived,
    ) -> Result<Recorded, Problem> {
        let main = stream::order(&order.id);
        let [command] = &self.new_commands(vec![order.clone()])?[..] else {
            return Err(Problem::internal(&"one order has a command"));
        };
        match self.execute(asking, &main, command).await {
            Err(problem) if problem.rule() == DIFFERS => {
                let commands = self.commands(asking.caller.tenant(), vec![order]).await?;
                self.execute(asking, &main, &commands[0]).await
            }
            answer => answer,
        }
    }

    /// The commands of some orders, each with a new salt. One that is known is refused as another: it is
    /// to be asked again by [`Self::commands`].
    fn new_commands(&self, orders: Vec<Arrived>) -> Result<Vec<ReceiveOrder>, Problem> {
        let keep_until = Some(self.now().plus_seconds(KEPT_DAYS * 86_400));
        let command = |Arrived { id, body }| {
            Ok(ReceiveOrder { id, salt: Salt::from_bytes(Self::random()?), keep_until, body })
        };
        orders.into_iter().map(command).collect()
    }

    /// Which of the orders would be refused as things stand; nothing is written.
    pub(crate) async fn would_refuse(
        &self,
        tenant: &Tenant,
        orders: &[Arrived],
    ) -> Result<Vec<(usize, Refusal)>, Problem> {
        let mut refused = Vec::new();
        for (place, chunk) in orders.chunks(CHUNK).enumerate() {
            let commands = self.commands(tenant, chunk.to_vec()).await?;
            let many = Many { orders: &commands, refused: Mutex::default() };
            let streams = many.streams()?;
            many.decide(&self.store.history(tenant, &streams).await?)?;
            let found = many.refused.into_inner().unwrap_or_default();
            refused.extend(found.into_iter().map(|(number, why)| (place * CHUNK + number, why)));
        }
        Ok(refused)
    }

    /// The commands of some orders, each with its salt: the one it has, or a new one.
    pub(crate) async fn commands(
        &self,
        tenant: &Tenant,
        orders: Vec<Arrived>,
    ) -> Result<Vec<ReceiveOrder>, Problem> {
        let ids: Vec<String> = orders.iter().map(|order| recipient_id(&order.id)).collect();
        let known = self.store.persons(tenant, &ids).await?;
        let keep_until = Some(self.now().plus_seconds(KEPT_DAYS * 86_400));
        orders
            .into_iter()
            .map(|Arrived { id, body }| {
                let salt = known.get(&recipient_id(&id)).and_then(Salt::of);
                let salt = match salt {
                    Some(salt) => salt,
                    None => Salt::from_bytes(Self::random()?),
                };
                Ok(ReceiveOrder { id, salt, keep_until, body })
            })
            .collect()
    }
}

/// Orders that `intake` read, as they arrive.
pub(crate) fn arrived(
    scenario: &Scenario,
    scenario_id: &Id,
    orders: &[Order],
) -> Result<Vec<Arrived>, Problem> {
    orders.iter().map(|order| arrive(scenario, scenario_id, order)).collect()
}

fn arrive(scenario: &Scenario, scenario_id: &Id, order: &Order) -> Result<Arrived, Problem> {
    let named = |text: &str| {
        Id::new(text).map_err(|fault| {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "name", fault.to_string())
        })
    };
    let moment =
        |at| Moment::new(scenario.zone.rfc3339(at)).map_err(|fault| Problem::internal(&fault));
    let option = order.option.as_ref().map(option);
    let option = option.map(Delivery::new).transpose();
    let items = order.lines.iter().map(|line| {
        let sku = named(&scenario.products[line.product].sku)?;
        Ok(OrderItem { sku, quantity: line.quantity })
    });
    let body = OrderBody {
        scenario: scenario_id.clone(),
        placed_at: moment(order.placed_at)?,
        origin_site: named(&scenario.sites[order.origin].id)?,
        promised_by: order.promised_by.map(moment).transpose()?,
        option: option.map_err(|fault| Problem::internal(&fault))?,
        recipient: Recipient {
            customer_id: order.customer.as_deref().map(named).transpose()?,
            dest_lat: order.destination.lat(),
            dest_lon: order.destination.lon(),
        },
        items: items.collect::<Result<_, Problem>>()?,
    };
    Ok(Arrived { id: named(&order.id)?, body })
}

/// As the tables write it.
fn option(option: &DeliveryOption) -> String {
    match option {
        DeliveryOption::Door => "door".into(),
        DeliveryOption::Green => "green".into(),
        DeliveryOption::Station(None) => "station".into(),
        DeliveryOption::Station(Some(id)) => format!("station:{id}"),
        DeliveryOption::Slot { from_h, until_h } => format!("slot:{from_h}-{until_h}"),
    }
}
