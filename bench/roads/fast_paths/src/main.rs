//! fast_paths on the arcs of a case: prepares, then asks for each pair. It knows no tables.
//!
//! `fast-paths-peer ARCS.csv NODES SOURCES TARGETS`: nodes from SOURCES and from TARGETS on are the
//! ends, a thousand each; the first hundred of each are asked. Prints seconds and the times found.

use std::{env, fs};

fn seconds() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let number = |at: usize| arguments[at].parse::<usize>().unwrap();
    let (sources, targets, ends) = (number(1), number(2), 100);
    let mut graph = fast_paths::InputGraph::new();
    for line in fs::read_to_string(&arguments[0]).unwrap().lines().skip(1) {
        let row: Vec<usize> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        graph.add_edge(row[0], row[1], row[2]);
    }
    graph.freeze();
    let start = seconds();
    let fast = fast_paths::prepare(&graph);
    let prepared = seconds();
    let mut calculator = fast_paths::create_calculator(&fast);
    let mut weights = Vec::new();
    for source in sources..sources + ends {
        for target in targets..targets + ends {
            let path = calculator.calc_path(&fast, source, target);
            weights.push(path.map_or(-1, |path| path.get_weight() as i64));
        }
    }
    let asked = seconds() - prepared;
    println!("{{\"prepare_s\":{:.3},\"pairs_10000_s\":{asked:.4},\"weights\":{weights:?}}}", prepared - start);
}
