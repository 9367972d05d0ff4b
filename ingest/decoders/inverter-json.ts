import type { Listener } from '../../domain/estate/estate.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import type { Unit } from '../../domain/units.ts';
import { boundedJson, type JsonObject, objectOf } from '../bounded-json.ts';
import type { Decoder } from '../decoder.ts';
import { Gathered } from '../gathered.ts';
import { deviceStamp, sinceClockSet } from '../stamps.ts';
import { sayValue, strictNumber } from '../strict-number.ts';
import { timesOf, type WrittenUnit, writtenUnit } from '../written-units.ts';

/** Where a form has a value, by the path of keys, and what one count of it is. */
interface Place {
  readonly path: readonly string[];
  readonly unit: WrittenUnit | undefined;
  /** Path of the power of ten that the value is multiplied by (SunSpec). */
  readonly scale?: readonly string[];
  /** Path of the unit, where the message says it. */
  readonly unitAt?: readonly string[];
}

/** One way of saying an inverter in JSON. It is this one when its energy or its power is there. */
interface Form {
  readonly energy: Place;
  readonly power: Place;
  readonly time: readonly string[];
  /** Other registers of the same message, by the channel that asks for them. */
  readonly others?: Readonly<Record<string, Place>>;
}

const place = (path: string, unit: Unit, times = 1): Place => ({ path: path.split('.'), unit: timesOf(unit, times) });
const scaledPlace = (path: string, scale: string, unit: Unit): Place => ({
  ...place(path, unit),
  scale: scale.split('.'),
});
const saidPlace = (path: string, unit: Unit): Place => ({
  ...place(`${path}.Value`, unit),
  unitAt: [...path.split('.'), 'Unit'],
});

/** SunSpec models 101 to 103 and the meters beside them, as the usual Modbus readers name them. */
const sunspec: Form = {
  energy: scaledPlace('energy_total', 'energy_total_scale', 'Wh'),
  power: scaledPlace('power_ac', 'power_ac_scale', 'W'),
  time: ['timestamp'],
  others: {
    'meter1/import': scaledPlace('meters.Meter1.import_energy_active', 'meters.Meter1.energy_active_scale', 'Wh'),
    'meter1/export': scaledPlace('meters.Meter1.export_energy_active', 'meters.Meter1.energy_active_scale', 'Wh'),
  },
};
const forms: readonly Form[] = [
  sunspec,
  // The names of the SunSpec models themselves.
  { energy: scaledPlace('WH', 'WH_SF', 'Wh'), power: scaledPlace('W', 'W_SF', 'W'), time: ['timestamp'] },
  // Grott, which reads Growatt's loggers: tenths of kWh and of W.
  {
    energy: place('values.pvenergytotal', 'kWh', 0.1),
    power: place('values.pvpowerout', 'W', 0.1),
    time: ['time'],
  },
  // Fronius Solar API 1, GetInverterRealtimeData of one inverter.
  {
    energy: saidPlace('Body.Data.TOTAL_ENERGY', 'Wh'),
    power: saidPlace('Body.Data.PAC', 'W'),
    time: ['Head', 'Timestamp'],
  },
  // Fronius Solar API 1, GetPowerFlowRealtimeData.
  {
    energy: place('Body.Data.Site.E_Total', 'Wh'),
    power: place('Body.Data.Site.P_PV', 'W'),
    time: ['Head', 'Timestamp'],
  },
  // Sungrow through ModbusTCP2MQTT.
  {
    energy: place('total_power_yields', 'kWh'),
    power: place('total_active_power', 'W'),
    time: ['timestamp'],
    others: { export: place('total_export_energy', 'kWh'), import: place('total_import_energy', 'kWh') },
  },
];

function valueAt(body: JsonObject, path: readonly string[]): unknown {
  let value: unknown = body;
  for (const key of path) value = objectOf(value)?.[key];
  return value;
}

/** SunSpec's "not implemented": the lowest of 16 bits signed, all bits of 16 or 32. */
const notImplemented: ReadonlySet<number> = new Set([-0x8000, 0xffff, 0xffffffff, -0x80000000]);

function gather(
  body: JsonObject,
  meter: Listener,
  where: Place,
  at: EpochSeconds | undefined,
  into: Gathered,
  kind: 'register' | 'instant',
) {
  const raw = valueAt(body, where.path);
  // An inverter that sleeps says null, every few seconds until the morning: nothing to keep and nothing wrong.
  if (raw === undefined || raw === null) return;
  const name = where.path.filter((key) => key !== 'Value').at(-1) ?? '';
  const scale = where.scale === undefined ? 0 : strictNumber(valueAt(body, where.scale));
  const value = strictNumber(raw);
  const said = where.unitAt === undefined ? undefined : valueAt(body, where.unitAt);
  const unit = said === undefined ? where.unit : writtenUnit(said);
  if (where.scale !== undefined && ((value !== undefined && notImplemented.has(value)) || scale === -0x8000)) {
    if (kind === 'register') into.doubt(meter, 'reading.sentinel', `${name} is ${sayValue(raw)}: not implemented`);
  } else if (kind === 'register' && value === 0) {
    into.doubt(meter, 'reading.sentinel', `${name} is 0, as of an inverter that sleeps`);
  } else if (scale === undefined || !Number.isInteger(scale) || Math.abs(scale) > 10) {
    into.doubt(
      meter,
      'message.unparsable',
      `the scale of ${name} is ${sayValue(where.scale && valueAt(body, where.scale))}`,
    );
  } else if (unit === undefined) {
    into.doubt(meter, 'reading.wrong-unit', `the unit of ${name} is ${sayValue(said)}`);
  } else {
    const scaledUnit = timesOf(unit.unit, unit.times * 10 ** scale);
    const found = { name, raw, unit: scaledUnit, at };
    if (kind === 'register') into.register(meter, found);
    else into.instant(meter, found);
  }
}

/** PV inverters in the JSON of their makers and of the programs that read them. */
export const inverterJson: Decoder = {
  name: 'inverter-json',
  title: 'PV inverter JSON (SunSpec, Growatt, Fronius, Sungrow)',
  describes: {
    topic: 'any; one inverter a topic',
    channel:
      'none for what the inverter has made; `Meter1/import`, `Meter1/export` of the meter beside a SunSpec inverter, `import`, `export` of a Sungrow',
    reads:
      'the total since ever and the AC power: `energy_total` and `WH` (Wh, times ten to the power beside it), `pvenergytotal` (tenths of a ' +
      'kWh, Grott), `TOTAL_ENERGY` and `E_Total` (Fronius), `total_power_yields` (Sungrow)',
    stamp: '`timestamp`, `time` or `Head.Timestamp`; without a zone the clock on a wall in London; none: receipt',
    traps:
      'totals of the strings (`epv1total`) and of the day are left alone; a SunSpec value without its scale, or one that says “not ' +
      'implemented” (8000, FFFF), is refused; an inverter that sleeps says null, which is ignored; what a logger sends later (`buffered`) needs a good clock',
  },
  decode(message, meters) {
    const parsed = boundedJson(message.payload);
    if ('problem' in parsed) return parsed;
    const body = objectOf(parsed.value);
    if (!body) return { problem: 'message.unparsable', detail: `expected an object; found ${sayValue(parsed.value)}` };
    const has = ({ path }: Place): boolean => valueAt(body, path) !== undefined;
    const form = forms.find(({ energy, power }) => has(energy) || has(power));
    if (!form) return { ignored: 'no total and no power of an inverter' };
    const time = valueAt(body, form.time);
    const stamp = time === undefined ? undefined : deviceStamp(time, message.received);
    if (time !== undefined && stamp === undefined) {
      return { problem: 'message.unparsable', detail: `the time is ${sayValue(time)}` };
    }
    const at = sinceClockSet(stamp);
    if (at === undefined && body['buffered'] === 'yes') {
      return { problem: 'reading.too-old', detail: `buffered, and stamped ${sayValue(time)}` };
    }
    const gathered = new Gathered();
    for (const meter of meters) {
      const asked = meter.channel?.toLowerCase();
      const energy = asked === undefined ? form.energy : form.others?.[asked];
      if (energy) gather(body, meter, energy, at, gathered, 'register');
      if (asked === undefined) gather(body, meter, form.power, at, gathered, 'instant');
    }
    return gathered.answer('no total of these meters');
  },
  examples: [
    {
      why: 'SunSpec: integers, each with its power of ten beside it',
      source: 'own; the shape of a public issue (nmakel/solaredge_modbus 106)',
      topic: 'solaredge/roof',
      payload:
        '{"c_manufacturer":"SolarEdge","c_model":"SE10K","c_sunspec_did":103,"power_ac":27418,"power_ac_scale":-1,"energy_total":1465843,' +
        '"energy_total_scale":1,"status":4,"meters":{"Meter1":{"export_energy_active":880120,"import_energy_active":420,"energy_active_scale":0}}}',
      meters: [
        { id: 'roof', unit: 'kWh', utility: 'electricity', role: 'generation' },
        { id: 'roof-export', unit: 'kWh', utility: 'electricity', role: 'export', channel: 'Meter1/export' },
      ],
      gives: {
        readings: [
          { meter: 'roof', quantity: 'energy', kind: 'register', value: 14_658_430, unit: 'Wh', at: undefined },
          { meter: 'roof', quantity: 'power', kind: 'instant', value: 2741.8, unit: 'W', at: undefined },
          { meter: 'roof-export', quantity: 'energy', kind: 'register', value: 880_120, unit: 'Wh', at: undefined },
        ],
      },
    },
    {
      why: 'at night the inverter says “not implemented” of its power, and of the scale',
      source: 'own; the values that SunSpec reserves',
      topic: 'solaredge/roof',
      payload: '{"W":-32768,"W_SF":-32768,"WH":1465843,"WH_SF":0,"timestamp":"2026-11-23T18:00:00Z"}',
      meters: [{ id: 'roof', unit: 'kWh', utility: 'electricity', role: 'generation' }],
      gives: {
        readings: [
          { meter: 'roof', quantity: 'energy', kind: 'register', value: 1_465_843, unit: 'Wh', at: 1_795_456_800 },
        ],
      },
    },
    {
      why: 'a SunSpec register without its scale is not guessed',
      source: 'own',
      topic: 'solaredge/roof',
      payload: '{"energy_total":1465843}',
      meters: [{ id: 'roof', unit: 'kWh', utility: 'electricity', role: 'generation' }],
      gives: {
        readings: [],
        doubts: [{ meter: 'roof', code: 'message.unparsable', detail: 'the scale of energy_total is nothing' }],
      },
    },
    {
      why: 'Grott: tenths; a clock in London, here summer; the day and the strings are left alone',
      source: 'own; the shape of a public issue (johanmeijer/grott 99)',
      topic: 'energy/growatt',
      payload:
        '{"device":"REH0000001","time":"2026-07-01T13:30:00","buffered":"no","values":{"pvstatus":1,"pvpowerin":30130,"pv1watt":15310,' +
        '"pvpowerout":29685,"pvenergytoday":53,"pvenergytotal":22231,"epv1today":27,"epv1total":14942,"epv2total":6630,"epvtotal":21572,' +
        '"pvtemperature":406}}',
      meters: [{ id: 'barn', unit: 'kWh', utility: 'electricity', role: 'generation' }],
      gives: {
        readings: [
          { meter: 'barn', quantity: 'energy', kind: 'register', value: 2223.1, unit: 'kWh', at: 1_782_909_000 },
          { meter: 'barn', quantity: 'power', kind: 'instant', value: 2968.5, unit: 'W', at: 1_782_909_000 },
        ],
      },
    },
    {
      why: 'what a logger kept while it was offline, with a clock that was never set: nobody knows when that was',
      source: 'own; the shape of a public issue (johanmeijer/grott 30)',
      topic: 'energy/growatt',
      payload:
        '{"device":"HVE0000001","time":"2001-01-08T08:36:00","buffered":"yes","values":{"pvstatus":0,"pvpowerout":0,"pvenergytotal":5264}}',
      meters: [{ id: 'barn', unit: 'kWh', utility: 'electricity', role: 'generation' }],
      gives: { problem: 'reading.too-old', detail: 'buffered, and stamped "2001-01-08T08:36:00"' },
    },
    {
      why: 'Fronius by day: units beside the values, an offset in the time',
      source: 'own; the shape of the maker’s Solar API V1, carried over MQTT by a bridge',
      topic: 'fronius/inverter/1',
      payload:
        '{"Body":{"Data":{"DAY_ENERGY":{"Unit":"Wh","Value":8120},"PAC":{"Unit":"W","Value":1932},"TOTAL_ENERGY":{"Unit":"Wh","Value":44120500},' +
        '"YEAR_ENERGY":{"Unit":"Wh","Value":2120400}}},"Head":{"Status":{"Code":0},"Timestamp":"2026-07-01T13:30:00+01:00"}}',
      meters: [{ id: 'hall', unit: 'MWh', utility: 'electricity', role: 'generation' }],
      gives: {
        readings: [
          { meter: 'hall', quantity: 'energy', kind: 'register', value: 44_120_500, unit: 'Wh', at: 1_782_909_000 },
          { meter: 'hall', quantity: 'power', kind: 'instant', value: 1932, unit: 'W', at: 1_782_909_000 },
        ],
      },
    },
    {
      why: 'Fronius by night: an inverter that sleeps says null',
      source: 'own; the shape of the maker’s Solar API V1',
      topic: 'fronius/flow',
      payload:
        '{"Body":{"Data":{"Site":{"E_Day":0,"E_Total":null,"P_PV":null,"P_Grid":812.5}}},"Head":{"Timestamp":"2026-11-23T18:00:00+00:00"}}',
      meters: [{ id: 'hall', unit: 'kWh', utility: 'electricity', role: 'generation' }],
      gives: { ignored: 'no total of these meters' },
    },
    {
      why: 'Sungrow: what it made, and the import of the grid meter beside it as another meter',
      source: 'own; the names of public issues (bohdan-s/Sungrow-Modbus2MQTT 40 and 71)',
      topic: 'inverter/SG8KD/registers',
      payload:
        '{"total_power_yields":29074.1,"meter_power":-3784,"total_export_energy":22945,"total_import_energy":9949.2}',
      meters: [
        { id: 'shed', unit: 'kWh', utility: 'electricity', role: 'generation' },
        { id: 'shed-grid', unit: 'kWh', utility: 'electricity', channel: 'import' },
      ],
      gives: {
        readings: [
          { meter: 'shed', quantity: 'energy', kind: 'register', value: 29_074.1, unit: 'kWh', at: undefined },
          { meter: 'shed-grid', quantity: 'energy', kind: 'register', value: 9949.2, unit: 'kWh', at: undefined },
        ],
      },
    },
  ],
};
