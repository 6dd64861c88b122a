// skjolber's 3d-bin-container-packing: java -cp JARS skjolber.java FOLDER PACKAGER single|split
//
// PACKAGER: plain, supported (plain with full support), laff, or brute (orders of at most 6 pieces). Asked
// carton by carton from the least surface up; `split` lets it choose several where one does not do.
// Prints one JSON line an order, in the form of `greenchain pack`, and on standard error the seconds of each
// of three passes: making its objects and packing, without reading and printing. The first pass warms
// the machine up.

import com.github.skjolber.packing.api.*;
import com.github.skjolber.packing.packer.bruteforce.FastBruteForcePackager;
import com.github.skjolber.packing.packer.laff.LargestAreaFitFirstPackager;
import com.github.skjolber.packing.packer.plain.PlainPackager;
import com.github.skjolber.packing.packer.plain.PlainPlacementComparator;
import java.io.PrintStream;
import java.nio.file.*;
import java.util.*;

class Bench {
    static final int BRUTE_PIECES_MAX = 6;
    static final int PARCELS_MAX = 12;
    static final long BRUTE_MS_MAX = 500;

    record Line(String sku, int quantity, int l, int w, int h, int mass) {}

    record Carton(String id, int l, int w, int h, int mass) {
        Container container() {
            return Container.newBuilder().withId(id).withDescription(id).withSize(l, w, h)
                .withEmptyWeight(0).withMaxLoadWeight(mass).build();
        }
    }

    static List<BoxItem> boxes(List<Line> lines) {
        List<BoxItem> boxes = new ArrayList<>();
        for (Line line : lines) {
            Box box = Box.newBuilder().withId(line.sku).withSize(line.l, line.w, line.h).withRotate3D()
                .withWeight(line.mass).build();
            boxes.add(new BoxItem(box, line.quantity));
        }
        return boxes;
    }

    static PackagerResult ask(Packager packager, List<Line> lines, List<Carton> cartons, int most, boolean brute) {
        Container[] containers = cartons.stream().map(Carton::container).toArray(Container[]::new);
        var builder = packager.newResultBuilder()
            .withContainerItems(ContainerItem.newListBuilder().withContainers(containers).build())
            .withBoxItems(boxes(lines)).withMaxContainerCount(most);
        if (brute) {
            builder.withDeadline(System.currentTimeMillis() + BRUTE_MS_MAX);
        }
        return builder.build();
    }

    static List<Container> pack(Packager packager, List<Line> lines, List<Carton> cartons, boolean split, boolean brute) {
        long volume = 0, mass = 0;
        for (Line line : lines) {
            volume += (long) line.quantity * line.l * line.w * line.h;
            mass += (long) line.quantity * line.mass;
        }
        for (Carton carton : cartons) {
            if (volume > (long) carton.l * carton.w * carton.h || mass > carton.mass) {
                continue;
            }
            PackagerResult result = ask(packager, lines, List.of(carton), 1, brute);
            if (result.isSuccess()) {
                return result.getContainers();
            }
        }
        return split ? ask(packager, lines, cartons, PARCELS_MAX, brute).getContainers() : List.of();
    }

    static void print(PrintStream out, String order, List<Line> lines, List<Container> packed) {
        StringBuilder parcels = new StringBuilder();
        for (Container container : packed) {
            StringBuilder items = new StringBuilder();
            for (Placement at : container.getStack().getPlacements()) {
                var size = at.getStackValue();
                items.append(items.isEmpty() ? "" : ", ").append(String.format(Locale.ROOT,
                    "{\"sku\": \"%s\", \"x_cm\": %.1f, \"y_cm\": %.1f, \"z_cm\": %.1f, "
                    + "\"dx_cm\": %.1f, \"dy_cm\": %.1f, \"dz_cm\": %.1f}",
                    at.getBox().getId(), at.getAbsoluteX() / 10.0, at.getAbsoluteY() / 10.0,
                    at.getAbsoluteZ() / 10.0, size.getDx() / 10.0, size.getDy() / 10.0, size.getDz() / 10.0));
            }
            parcels.append(parcels.isEmpty() ? "" : ", ").append(
                "{\"carton_id\": \"" + container.getId() + "\", \"items\": [" + items + "]}");
        }
        StringBuilder unpacked = new StringBuilder();
        for (Line line : packed.isEmpty() ? lines : List.<Line>of()) {
            for (int i = 0; i < line.quantity; i++) {
                unpacked.append(unpacked.isEmpty() ? "" : ", ").append("{\"sku\": \"" + line.sku + "\"}");
            }
        }
        out.println("{\"order_id\": \"" + order + "\", \"parcels\": [" + parcels + "], \"unpacked\": [" + unpacked + "]}");
    }

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        boolean brute = args[1].equals("brute"), split = args[2].equals("split");
        Packager packager = switch (args[1]) {
            case "plain" -> PlainPackager.newBuilder().build();
            case "supported" -> PlainPackager.newBuilder()
                .withPlacementControlsBuilderFactory(rules -> rules.withRequireFullSupport(true)
                    .withPlacementComparator(new PlainPlacementComparator())).build();
            case "laff" -> LargestAreaFitFirstPackager.newBuilder().build();
            case "brute" -> FastBruteForcePackager.newBuilder().build();
            default -> throw new IllegalArgumentException(args[1]);
        };
        List<Carton> cartons = new ArrayList<>();
        for (String row : Files.readAllLines(folder.resolve("cartons.tsv"))) {
            String[] cells = row.split("\t");
            int[] n = Arrays.stream(cells).skip(1).limit(4).mapToInt(Integer::parseInt).toArray();
            cartons.add(new Carton(cells[0], n[0], n[1], n[2], n[3]));
        }
        Map<String, List<Line>> orders = new LinkedHashMap<>();
        for (String row : Files.readAllLines(folder.resolve("items.tsv"))) {
            String[] cells = row.split("\t");
            int[] n = Arrays.stream(cells).skip(2).mapToInt(Integer::parseInt).toArray();
            orders.computeIfAbsent(cells[0], id -> new ArrayList<>()).add(new Line(cells[1], n[0], n[1], n[2], n[3], n[4]));
        }
        if (brute) {
            orders.values().removeIf(lines -> lines.stream().mapToInt(Line::quantity).sum() > BRUTE_PIECES_MAX);
        }
        List<String> seconds = new ArrayList<>();
        Map<String, List<Container>> packed = new LinkedHashMap<>();
        for (int pass = 0; pass < 3; pass++) {
            long begin = System.nanoTime();
            for (var order : orders.entrySet()) {
                packed.put(order.getKey(), pack(packager, order.getValue(), cartons, split, brute));
            }
            seconds.add(String.valueOf((System.nanoTime() - begin) / 1e9));
        }
        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false);
        PrintStream buffered = new PrintStream(new java.io.BufferedOutputStream(out, 1 << 16));
        packed.forEach((order, containers) -> print(buffered, order, orders.get(order), containers));
        buffered.flush();
        packager.close();
        System.err.println("{\"orders\": " + orders.size() + ", \"seconds\": " + seconds + "}");
    }
}
