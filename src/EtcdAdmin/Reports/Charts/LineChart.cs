using System.Globalization;
using System.Text;
using System.Xml.Linq;
using static EtcdAdmin.Reports.Markup.Html;

namespace EtcdAdmin.Reports.Charts;

/// <summary>Values over time, one line for each series.</summary>
internal static class LineChart
{
    private const double Height = 190;

    // Enough for the width of a page; a month of records would make the file large.
    private const int MostPoints = 180;
    private const int Levels = 4;

    // A limit that is much higher would press the lines to the bottom.
    private const double ShownFromShare = 0.25;

    /// <summary>Draws it; null without two times with values.</summary>
    /// <param name="title">What is shown, for screen readers.</param>
    /// <param name="series">The names, with values by time, the oldest first. Null is "not known" and interrupts the line.</param>
    /// <param name="limit">A value to show as a line if the others come near to it; null for none.</param>
    /// <param name="show">Writes a value.</param>
    public static XElement? Draw(
        string title, IReadOnlyList<(string Name, IReadOnlyList<(DateTimeOffset Time, double? Value)> Points)> series,
        (string Name, double Value)? limit, Func<double, string> show)
    {
        (DateTimeOffset Time, double Value)[] known =
            [.. series.SelectMany(one => one.Points).Where(point => point.Value is not null).Select(point => (point.Time, point.Value!.Value))];
        if (known.Select(point => point.Time).Distinct().Take(2).Count() < 2) return null;
        var frame = new ChartFrame(known.Min(point => point.Time), known.Max(point => point.Time), Height);
        double most = known.Max(point => point.Value);
        bool showsLimit = limit is { } given && most >= ShownFromShare * given.Value;
        double top = Nice(Math.Max(showsLimit ? limit!.Value.Value : 0, most));
        return Of("figure",
            Of("figcaption", title, ": ", series.Select((one, i) => Of("span", Attr("class", $"key s{i % 6}"), one.Name)),
                limit is { } line ? $" {line.Name}: {show(line.Value)}{(showsLimit ? " (dashed)" : "")}." : ""),
            Of("div", Attr("class", "scroll"), frame.Picture(title,
                Enumerable.Range(0, Levels + 1).SelectMany(i => frame.Level((double)i / Levels, show(top * i / Levels), "grid")),
                frame.TimeAxis(),
                showsLimit
                    ? ChartFrame.Line(
                        "limit", ChartFrame.Left, frame.Y(limit!.Value.Value / top), frame.X(frame.To), frame.Y(limit.Value.Value / top))
                    : null,
                series.Select((one, i) => Of("path", Attr("class", $"line s{i % 6}"), Attr("d", PathOf(Thin(one.Points), frame, top)))))));
    }

    /// <summary>The highest value of each equal part of the time; an unknown one only where nothing is known.</summary>
    internal static IReadOnlyList<(DateTimeOffset Time, double? Value)> Thin(IReadOnlyList<(DateTimeOffset Time, double? Value)> points)
    {
        if (points.Count <= MostPoints) return points;
        return [.. points.Chunk((points.Count + MostPoints - 1) / MostPoints).Select(part => part.MaxBy(point => point.Value ?? double.MinValue))];
    }

    private static string PathOf(IReadOnlyList<(DateTimeOffset Time, double? Value)> points, ChartFrame frame, double top)
    {
        var path = new StringBuilder();
        bool isDown = false;
        foreach ((DateTimeOffset time, double? value) in points)
        {
            if (value is { } known)
                path.Append(CultureInfo.InvariantCulture, $"{(isDown ? 'L' : 'M')}{frame.X(time):0.#} {frame.Y(known / top):0.#}");
            isDown = value is not null;
        }

        return path.ToString();
    }

    /// <summary>The next value above of the row 1, 2, 4, 5, 10, with which the levels are short numbers.</summary>
    private static double Nice(double most)
    {
        if (most <= 0) return 1;
        double power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return new[] { 1, 2, 4, 5, 8, 10 }.Select(step => step * power).First(value => value >= most * 0.999);
    }
}
