<?php
/*
 * BoxPacker: php boxpacker.php AUTOLOAD FOLDER own|single|split
 *
 * `own` is BoxPacker as it comes: its own choice among all cartons, splitting where it must.
 * `single` asks carton by carton from the least surface up; `split` does too, and lets BoxPacker choose
 * several where one does not do. Prints one JSON line an order, in the form of `greenchain pack`, and
 * on standard error the seconds of each of three passes: making its objects and packing.
 */
declare(strict_types=1);

use DVDoug\BoxPacker\Box;
use DVDoug\BoxPacker\Item;
use DVDoug\BoxPacker\ItemList;
use DVDoug\BoxPacker\PackedBox;
use DVDoug\BoxPacker\Packer;
use DVDoug\BoxPacker\Rotation;
use DVDoug\BoxPacker\VolumePacker;

[, $autoload, $folder, $mode] = $argv;
require $autoload;

final class Carton implements Box
{
    public function __construct(
        private string $id, private int $l, private int $w, private int $h, private int $mass
    ) {}
    public function getReference(): string { return $this->id; }
    public function getOuterWidth(): int { return $this->l; }
    public function getOuterLength(): int { return $this->w; }
    public function getOuterDepth(): int { return $this->h; }
    public function getEmptyWeight(): int { return 0; }
    public function getInnerWidth(): int { return $this->l; }
    public function getInnerLength(): int { return $this->w; }
    public function getInnerDepth(): int { return $this->h; }
    public function getMaxWeight(): int { return $this->mass; }
}

final class Piece implements Item
{
    public function __construct(
        private string $sku, private int $l, private int $w, private int $h, private int $mass
    ) {}
    public function getDescription(): string { return $this->sku; }
    public function getWidth(): int { return $this->l; }
    public function getLength(): int { return $this->w; }
    public function getDepth(): int { return $this->h; }
    public function getWeight(): int { return $this->mass; }
    public function getAllowedRotation(): Rotation { return Rotation::BestFit; }
}

function rows(string $file): array
{
    return array_map(fn ($line) => explode("\t", $line), file($file, FILE_IGNORE_NEW_LINES));
}

/** The piece's numbers: sku, quantity, three sides, mass. */
function items(array $lines): ItemList
{
    $items = new ItemList();
    foreach ($lines as [, $sku, $quantity, $l, $w, $h, $mass]) {
        $items->insert(new Piece($sku, (int) $l, (int) $w, (int) $h, (int) $mass), (int) $quantity);
    }
    return $items;
}

/** @return PackedBox[] */
function own_choice(array $lines, array $cartons): array
{
    $packer = new Packer();
    $packer->throwOnUnpackableItem(false);
    foreach ($cartons as [$carton]) {
        $packer->addBox($carton);
    }
    $packer->setItems(items($lines));
    return iterator_to_array($packer->pack(), false);
}

/** @return PackedBox[] */
function by_surface(array $lines, array $cartons): array
{
    $volume = $mass = $count = 0;
    foreach ($lines as [, , $quantity, $l, $w, $h, $grams]) {
        $volume += $quantity * $l * $w * $h;
        $mass += $quantity * $grams;
        $count += $quantity;
    }
    foreach ($cartons as [$carton, $room, $mass_max]) {
        if ($volume > $room || $mass > $mass_max) {
            continue;
        }
        $packed = (new VolumePacker($carton, items($lines)))->pack();
        if (count($packed->items) === $count) {
            return [$packed];
        }
    }
    return [];
}

$cartons = array_map(
    fn ($row) => [
        new Carton($row[0], (int) $row[1], (int) $row[2], (int) $row[3], (int) $row[4]),
        $row[1] * $row[2] * $row[3],
        (int) $row[4],
    ],
    rows("$folder/cartons.tsv")
);
$orders = [];
foreach (rows("$folder/items.tsv") as $row) {
    $orders[$row[0]][] = $row;
}

$seconds = [];
for ($pass = 0; $pass < 3; $pass++) {
    $packed = [];
    $begin = hrtime(true);
    foreach ($orders as $order => $lines) {
        $boxes = $mode === 'own' ? [] : by_surface($lines, $cartons);
        if (!$boxes && $mode !== 'single') {
            $boxes = own_choice($lines, $cartons);
        }
        $packed[$order] = $boxes;
    }
    $seconds[] = (hrtime(true) - $begin) / 1e9;
}

foreach ($packed as $order => $boxes) {
    $left = [];
    foreach ($orders[$order] as [, $sku, $quantity]) {
        $left[$sku] = ($left[$sku] ?? 0) + $quantity;
    }
    $parcels = [];
    foreach ($boxes as $box) {
        $items = [];
        foreach ($box->items as $item) {
            $left[$item->item->getDescription()]--;
            $items[] = [
                'sku' => $item->item->getDescription(),
                'x_cm' => $item->x / 10, 'y_cm' => $item->y / 10, 'z_cm' => $item->z / 10,
                'dx_cm' => $item->width / 10, 'dy_cm' => $item->length / 10, 'dz_cm' => $item->depth / 10,
            ];
        }
        $parcels[] = ['carton_id' => $box->box->getReference(), 'items' => $items];
    }
    $unpacked = [];
    foreach ($left as $sku => $count) {
        for (; $count > 0; $count--) {
            $unpacked[] = ['sku' => (string) $sku];
        }
    }
    echo json_encode(['order_id' => (string) $order, 'parcels' => $parcels, 'unpacked' => $unpacked]), "\n";
}
fwrite(STDERR, json_encode(['orders' => count($orders), 'seconds' => $seconds]) . "\n");
