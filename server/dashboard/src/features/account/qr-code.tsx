import qrcode from "qrcode-generator"

const QUIET_ZONE = 4

/** A QR code, dark on light in every scheme: not every camera reads inverted codes. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const code = qrcode(0, "M")
  code.addData(text)
  code.make()
  const count = code.getModuleCount()
  const numbers = [...Array(count).keys()]
  const path = numbers
    .flatMap((y) => numbers.filter((x) => code.isDark(y, x)).map((x) => `M${x} ${y}h1v1h-1z`))
    .join("")
  const side = count + 2 * QUIET_ZONE
  return (
    <svg
      role="img"
      aria-label={label}
      width={196}
      height={196}
      viewBox={`${-QUIET_ZONE} ${-QUIET_ZONE} ${side} ${side}`}
      shapeRendering="crispEdges"
    >
      <rect x={-QUIET_ZONE} y={-QUIET_ZONE} width={side} height={side} rx={2} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
