using System.Globalization;
using System.Xml.Linq;
using static EtcdAdmin.Reports.Markup.Html;

namespace EtcdAdmin.Reports.Charts;

/// <summary>The drawing area of a chart over time: scales, axes and ticks.</summary>
/// <param name="From">The time at the left edge.</param>
/// <param name="To">The time at the right edge; later than <paramref name="From"/>.</param>
/// <param name="Height">The height of the whole chart in units of the picture.</param>
/// <remarks>The charts are a few lines of SVG of our own. The charting libraries for .NET draw pictures, which do not follow the colours of the page
/// and are unclear in print, or need scripts, which mail programs remove.</remarks>
internal sealed record ChartFrame(DateTimeOffset From, DateTimeOffset To, double Height)
{
    /// <summary>The width of the whole chart.</summary>
    public const double Width = 720;

    /// <summary>The left edge of the area; labels are left of it.</summary>
    public const double Left = 76;

    private const double Right = Width - 12;
    private const double Top = 8;
    private const double LabelHeight = 22;
    private const int MostTicks = 7;

    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6),
        TimeSpan.FromHours(12), TimeSpan.FromDays(1), TimeSpan.FromDays(2), TimeSpan.FromDays(7), TimeSpan.FromDays(14), TimeSpan.FromDays(30),
        TimeSpan.FromDays(60), TimeSpan.FromDays(90), TimeSpan.FromDays(180), TimeSpan.FromDays(365),
    ];

    /// <summary>The bottom of the area.</summary>
    public double Bottom => Height - LabelHeight;

    /// <summary>The horizontal position of a time.</summary>
    public double X(DateTimeOffset time) => Left + ((Right - Left) * ((time - From) / (To - From)));

    /// <summary>The vertical position of a share of the area, 0 at the bottom and 1 at the top.</summary>
    public double Y(double share) => Bottom - ((Bottom - Top) * share);

    /// <summary>The picture. Its label is what a screen reader says.</summary>
    public XElement Picture(string label, params object?[] content) => Of("svg",
        Attr("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {Width:0} {Height:0}")), Attr("role", "img"),
        Attr("aria-label", label), content);

    /// <summary>The axis of time with its labels.</summary>
    public IEnumerable<XElement> TimeAxis()
    {
        TimeSpan step = Steps.FirstOrDefault(one => (To - From) / one <= MostTicks, Steps[^1]);
        string format = step < TimeSpan.FromDays(1) ? "MM-dd HH:mm" : "yyyy-MM-dd";
        yield return Line("axis", Left, Bottom, Right, Bottom);
        long first = (From.UtcTicks + step.Ticks - 1) / step.Ticks * step.Ticks;
        for (var time = new DateTimeOffset(first, TimeSpan.Zero); time <= To; time += step)
        {
            yield return Line("axis", X(time), Bottom, X(time), Bottom + 4);
            // A label at the edge would be cut off.
            string anchor = X(time) > Right - 40 ? "end" : X(time) < Left + 20 ? "start" : "middle";
            yield return Label(X(time), Bottom + 16, time.ToString(format, CultureInfo.InvariantCulture), anchor);
        }
    }

    /// <summary>A line across the area with a label on the left.</summary>
    public IEnumerable<XElement> Level(double share, string label, string css)
    {
        yield return Line(css, Left, Y(share), Right, Y(share));
        yield return Label(Left - 6, Y(share) + 4, label, "end");
    }

    /// <summary>A straight line.</summary>
    public static XElement Line(string css, double x1, double y1, double x2, double y2) =>
        Of("line", Attr("class", css), Attr("x1", x1), Attr("y1", y1), Attr("x2", x2), Attr("y2", y2));

    /// <summary>A text.</summary>
    public static XElement Label(double x, double y, string text, string anchor = "start") =>
        Of("text", Attr("x", x), Attr("y", y), Attr("text-anchor", anchor), text);
}
