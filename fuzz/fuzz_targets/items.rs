//! Tables of orders to pack and of cartons from any bytes; what can be read is packed and judged.
#![no_main]

use intake::File;
use intake::packing::read_to_pack;
use libfuzzer_sys::fuzz_target;
use packaging::{Objective, OrderRules, Packer, check_order};

const ITEMS: &str = "order_id,sku,quantity,length_cm,width_cm,height_cm,weight_g,fragile,upright,stacking_weight_max_g,industry,month\n";
const CARTONS: &[u8] = b"carton_id,length_cm,width_cm,height_cm,max_weight_g,tare_g,material\n\
    A,20,15,10,3000,60,board\nB,40,30,20,10000,180,board\nC,60,40,40,20000,420,board\n";
/// Orders and pieces that are packed: more would only take longer.
const MOST: usize = 12;

fuzz_target!(|data: &[u8]| {
    read(data, data);
    read(&[ITEMS.as_bytes(), data].concat(), CARTONS);
});

fn read(items: &[u8], cartons: &[u8]) {
    let items = File { name: "items.csv", bytes: items };
    let Ok(read) = read_to_pack(items, File { name: "cartons.csv", bytes: cartons }) else {
        return;
    };
    let rules = OrderRules {
        objective: Objective::Surface,
        support: 0.75,
        parcels_max: None,
        parcel_penalty: 0,
        effort: 300,
    };
    let mut packer = Packer::new(&read.cartons, rules);
    for order in read.orders.iter().take(MOST) {
        let pieces = order.pieces();
        if pieces.len() <= MOST {
            let packing = packer.pack(&pieces);
            assert_eq!(check_order(&pieces, &read.cartons, &rules, &packing), []);
        }
    }
}
