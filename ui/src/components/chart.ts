/* Only what the office's charts use, so that the rest of ECharts stays out of the program. */
import { BarChart, LineChart, MapChart, PieChart, type BarSeriesOption, type LineSeriesOption, type MapSeriesOption, type PieSeriesOption } from 'echarts/charts'
import {
  AriaComponent, DatasetComponent, GeoComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent,
  type AriaComponentOption, type DatasetComponentOption, type GridComponentOption, type LegendComponentOption, type TooltipComponentOption, type VisualMapComponentOption,
} from 'echarts/components'
import { init, registerMap, use, type ComposeOption, type ECharts } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([BarChart, LineChart, PieChart, MapChart, GridComponent, LegendComponent, TooltipComponent, DatasetComponent,
  VisualMapComponent, GeoComponent, AriaComponent, SVGRenderer])

export type ChartOption = ComposeOption<
  | BarSeriesOption | LineSeriesOption | PieSeriesOption | MapSeriesOption | AriaComponentOption | DatasetComponentOption
  | GridComponentOption | LegendComponentOption | TooltipComponentOption | VisualMapComponentOption
>
export { init, registerMap, type ECharts }
