using System.Globalization;

namespace EtcdAdmin.Monitoring.Metrics;

/// <summary>Reads Prometheus's text format, which etcd serves at <c>/metrics</c>.</summary>
/// <remarks>Source: prometheus/docs, content/docs/instrumenting/exposition_formats.md, text format 0.0.4. A page with an error is refused as a whole,
/// as Prometheus does. Timestamps are read and dropped: etcd sends none.</remarks>
internal sealed class PrometheusText
{
    private const StringComparison Words = StringComparison.OrdinalIgnoreCase;

    private static readonly string[] Endings = ["_bucket", "_count", "_sum"];
    private static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>(0);

    private readonly Dictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Name, MetricFamily Family)> _names = new(StringComparer.Ordinal);
    private readonly List<MetricSample> _samples = [];

    private PrometheusText()
    {
    }

    /// <summary>The series of a page.</summary>
    /// <exception cref="FormatException">The text is something else; the message names the line.</exception>
    public static IReadOnlyList<MetricSample> Parse(string text)
    {
        var page = new PrometheusText();
        int number = 0;
        // Only this ends a line: others, such as U+2028, may be part of a value.
        foreach (Range range in text.AsSpan().Split('\n'))
        {
            number++;
            ReadOnlySpan<char> line = text.AsSpan(range).Trim(" \t\r");
            if (line.IsEmpty) continue;
            try
            {
                if (line[0] == '#') page.ReadComment(line[1..]);
                else page.ReadSample(line);
            }
            catch (FormatException e)
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"line {number}: {e.Message}"), e);
            }
        }

        return page._samples;
    }

    private void ReadComment(ReadOnlySpan<char> line)
    {
        ReadOnlySpan<char> keyword = Word(ref line);
        bool isType = keyword is "TYPE";
        if (!isType && keyword is not "HELP") return;
        ReadOnlySpan<char> name = Word(ref line);
        CheckName(name, "metric");
        MetricFamily family = FamilyOf(name.ToString());
        if (isType) family.Type = TypeOf(line);
        else family.Help = Unescape(line, isHelp: true);
    }

    private void ReadSample(ReadOnlySpan<char> line)
    {
        int end = line.IndexOfAny(" \t{");
        if (end < 0) throw new FormatException("the value is missing");
        (string name, MetricFamily family) = Named(line[..end]);
        line = line[end..].TrimStart(" \t");
        IReadOnlyDictionary<string, string> labels = NoLabels;
        if (line.StartsWith('{'))
        {
            line = line[1..];
            labels = ReadLabels(ref line);
        }

        double value = Value(Word(ref line));
        ReadOnlySpan<char> time = Word(ref line);
        if (!time.IsEmpty && !long.TryParse(time, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            throw new FormatException("the timestamp is not a whole number");
        if (!line.IsEmpty) throw new FormatException("there is text after the timestamp");
        _samples.Add(new MetricSample(family, name, labels, value));
    }

    private static Dictionary<string, string> ReadLabels(ref ReadOnlySpan<char> line)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        while (true)
        {
            line = line.TrimStart(" \t");
            if (line.StartsWith('}')) break;
            int end = line.IndexOf('=');
            if (end < 0) throw new FormatException("a label has no value, or the list of labels does not end");
            string name = line[..end].TrimEnd(" \t").ToString();
            if (!IsName(name, colons: false)) throw new FormatException("the name of a label is not valid");
            line = line[(end + 1)..].TrimStart(" \t");
            if (!labels.TryAdd(name, Quoted(ref line))) throw new FormatException($"the label {name} is there twice");
            line = line.TrimStart(" \t");
            if (line.StartsWith(',')) line = line[1..];
            else if (!line.StartsWith('}')) throw new FormatException("the list of labels does not end");
        }

        line = line[1..];
        return labels;
    }

    private static string Quoted(ref ReadOnlySpan<char> line)
    {
        if (!line.StartsWith('"')) throw new FormatException("the value of a label is not in quotation marks");
        for (int i = 1; i < line.Length; i++)
        {
            if (line[i] == '\\')
            {
                i++;
            }
            else if (line[i] == '"')
            {
                string value = Unescape(line[1..i], isHelp: false);
                line = line[(i + 1)..];
                return value;
            }
        }

        throw new FormatException("the value of a label does not end");
    }

    private static string Unescape(ReadOnlySpan<char> text, bool isHelp)
    {
        if (!text.Contains('\\')) return text.ToString();
        char[] plain = new char[text.Length];
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char next = text[i];
            if (next == '\\')
            {
                char escaped = ++i < text.Length ? text[i] : '\0';
                next = escaped switch
                {
                    'n' => '\n',
                    '\\' => '\\',
                    '"' when !isHelp => '"',
                    _ => throw new FormatException("a backslash is not followed by n, a backslash or a quotation mark"),
                };
            }

            plain[length++] = next;
        }

        return new string(plain, 0, length);
    }

    // As Go's strconv.ParseFloat, without its hexadecimal numbers.
    private static double Value(ReadOnlySpan<char> text) =>
        text.Equals("NaN", Words) ? double.NaN
        : text.Equals("+Inf", Words) || text.Equals("Inf", Words) ? double.PositiveInfinity
        : text.Equals("-Inf", Words) ? double.NegativeInfinity
        : double.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture,
            out double value) ? value
        : throw new FormatException("the value is not a number");

    private static MetricType TypeOf(ReadOnlySpan<char> text) => text switch
    {
        "counter" => MetricType.Counter,
        "gauge" => MetricType.Gauge,
        "histogram" => MetricType.Histogram,
        "summary" => MetricType.Summary,
        "untyped" or "unknown" => MetricType.Untyped,
        _ => throw new FormatException("the type is none of counter, gauge, histogram, summary and untyped"),
    };

    private (string Name, MetricFamily Family) Named(ReadOnlySpan<char> name)
    {
        // Most series have the name of the one before: the name is checked and made once.
        if (_names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out (string, MetricFamily) known)) return known;
        CheckName(name, "series");
        string text = name.ToString();
        (string, MetricFamily) added = (text, FindFamily(text));
        _names.Add(text, added);
        return added;
    }

    private MetricFamily FindFamily(string series)
    {
        if (_families.TryGetValue(series, out MetricFamily? own)) return own;
        foreach (string ending in Endings)
        {
            if (series.EndsWith(ending, StringComparison.Ordinal) && _families.TryGetValue(series[..^ending.Length], out MetricFamily? family)
                && family.Type is MetricType.Histogram or MetricType.Summary)
                return family;
        }

        return FamilyOf(series);
    }

    private MetricFamily FamilyOf(string name)
    {
        if (!_families.TryGetValue(name, out MetricFamily? family)) _families.Add(name, family = new MetricFamily(name));
        return family;
    }

    private static void CheckName(ReadOnlySpan<char> name, string what)
    {
        if (!IsName(name, colons: true)) throw new FormatException($"the name of the {what} is not valid");
    }

    private static bool IsName(ReadOnlySpan<char> name, bool colons)
    {
        if (name.IsEmpty || char.IsAsciiDigit(name[0])) return false;
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_' && !(colons && c == ':')) return false;
        }

        return true;
    }

    // The next word, and the rest without the blanks before it.
    private static ReadOnlySpan<char> Word(ref ReadOnlySpan<char> line)
    {
        line = line.TrimStart(" \t");
        int end = line.IndexOfAny(" \t");
        ReadOnlySpan<char> word = end < 0 ? line : line[..end];
        line = end < 0 ? [] : line[end..].TrimStart(" \t");
        return word;
    }
}
