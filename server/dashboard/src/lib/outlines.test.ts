import { feature } from "topojson-client"
import type { GeometryCollection, Topology } from "topojson-specification"
import { expect, test } from "vitest"
import world from "world-atlas/countries-50m.json"
import { outlinesAround, outlinesOf } from "@/lib/outlines"

type World = Topology<{ countries: GeometryCollection }>

const topology = world as unknown as World
const all = outlinesOf(feature(topology, topology.objects.countries))
const namesAround = (latitude: number, longitude: number) =>
  outlinesAround(all, latitude, longitude).features.map(({ properties }) => properties?.name)

test("a map shows only the countries around a location", () => {
  const names = namesAround(47.07, 15.44)

  expect(names).toEqual(expect.arrayContaining(["Austria", "Slovenia", "Hungary", "Italy"]))
  expect(names).not.toContain("Japan")
  expect(names.length).toBeLessThan(40)
})

test("the date line does not cut countries in two", () => {
  expect(namesAround(-17.7, 179.9)).toContain("Fiji")
  expect(namesAround(-17.7, -179.9)).toContain("Fiji")
  expect(namesAround(52, 179.5)).toContain("United States of America")
})
