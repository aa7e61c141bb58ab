import { t } from "@lingui/core/macro"
import { useQuery } from "@tanstack/react-query"
import { geoCircle, geoGraticule10, geoMercator, geoPath } from "d3-geo"
import { useMemo } from "react"
import { feature } from "topojson-client"
import type { GeometryCollection, Topology } from "topojson-specification"
import outlines from "world-atlas/countries-50m.json?url"
import classes from "@/components/place-map.module.css"
import { type Outline, outlinesAround, outlinesOf } from "@/lib/outlines"

interface PlaceMapProps {
  latitude: number
  longitude: number
  accuracyKm: number | null
  name: string
}

const WIDTH = 336
const HEIGHT = 190
const SCALE = 1500
const KM_PER_DEGREE = 111.2
// Further north, Mercator distorts too much.
const MOST_NORTHERN = 80

type World = Topology<{ countries: GeometryCollection }>

/** An approximate location on outlines from this server, so that no map service learns who is viewed. */
export function PlaceMap({ latitude, longitude, accuracyKm, name }: PlaceMapProps) {
  const world = useQuery({
    queryKey: ["outlines"],
    queryFn: async (): Promise<Outline[]> => {
      const world: World = await (await fetch(outlines)).json()
      return outlinesOf(feature(world, world.objects.countries))
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  })
  const projection = useMemo(() => projectionAround(latitude, longitude), [latitude, longitude])
  const path = geoPath(projection)
  const land = useMemo(
    () => world.data && geoPath(projection)(outlinesAround(world.data, latitude, longitude)),
    [world.data, projection, latitude, longitude],
  )
  const spot = projection([longitude, latitude])
  const circle = geoCircle()
    .center([longitude, latitude])
    .radius((accuracyKm ?? 0) / KM_PER_DEGREE)
  const radius = Math.round(accuracyKm ?? 0)
  const label = accuracyKm === null ? t`Map: ${name}` : t`Map: ${name}, within about ${radius} km`
  return (
    <svg className={classes.map} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <path className={classes.graticule} d={path(geoGraticule10()) ?? ""} />
      {land != null && <path className={classes.land} d={land} />}
      {accuracyKm !== null && <path className={classes.accuracy} d={path(circle()) ?? ""} />}
      {spot !== null && <circle className={classes.spot} cx={spot[0]} cy={spot[1]} r={5} />}
    </svg>
  )
}

function projectionAround(latitude: number, longitude: number) {
  const middle = Math.max(-MOST_NORTHERN, Math.min(MOST_NORTHERN, latitude))
  return geoMercator()
    .center([0, middle])
    .rotate([-longitude, 0])
    .scale(SCALE)
    .translate([WIDTH / 2, HEIGHT / 2])
    .clipExtent([
      [-2, -2],
      [WIDTH + 2, HEIGHT + 2],
    ])
}
