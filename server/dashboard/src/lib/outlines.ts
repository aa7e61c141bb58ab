/** The outlines of countries, and which of them a small map shows. Pure. */
import type { Feature, FeatureCollection, Geometry, Position } from "geojson"

/** A country with its bounding box in degrees; all longitudes if it crosses the date line. */
export interface Outline {
  shape: Feature
  west: number
  east: number
  south: number
  north: number
}

// More than a map of this scale shows to each side.
const LONGITUDES = 8
const LATITUDES = 5
const ROUND = 360

export function outlinesOf({ features }: FeatureCollection): Outline[] {
  return features.map((shape) => {
    const box = { west: 180, east: -180, south: 90, north: -90 }
    for (const [longitude = 0, latitude = 0] of pointsOf(shape.geometry)) {
      box.west = Math.min(box.west, longitude)
      box.east = Math.max(box.east, longitude)
      box.south = Math.min(box.south, latitude)
      box.north = Math.max(box.north, latitude)
    }
    return { shape, ...box }
  })
}

/** Return the countries near a location: drawing all of them takes seconds on a phone. */
export function outlinesAround(
  all: readonly Outline[],
  latitude: number,
  longitude: number,
): FeatureCollection {
  const isNear = ({ west, east, south, north }: Outline) =>
    south <= latitude + LATITUDES &&
    north >= latitude - LATITUDES &&
    [-ROUND, 0, ROUND].some(
      (turn) => west + turn <= longitude + LONGITUDES && east + turn >= longitude - LONGITUDES,
    )
  return { type: "FeatureCollection", features: all.filter(isNear).map(({ shape }) => shape) }
}

function pointsOf(geometry: Geometry): Position[] {
  if (geometry.type === "Polygon") return geometry.coordinates.flat()
  return geometry.type === "MultiPolygon" ? geometry.coordinates.flat(2) : []
}
