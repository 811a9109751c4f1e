using System.Diagnostics;
using System.Globalization;
using System.Text;
using EtcdAdmin.Monitoring.Metrics;

namespace EtcdAdmin.Tests.Monitoring.Metrics;

/// <summary>Prometheus's text format, good and bad.</summary>
public sealed class PrometheusTextTests
{
    private const string Page =
        """
        # HELP http_requests_total The total number,\nwith a \\ in it.
        # TYPE http_requests_total counter
        http_requests_total{method="post",code="200"} 1027 1395066363000
        http_requests_total{method = "get" , code="400",}	3   -1395066363000

        # a comment, and HELP in it
        #
        msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find \"it\",\nas {they} say = 1"} 1.458255915e9
        metric_without_timestamp_and_labels 12.47
        something_weird{problem="division by zero"} +Inf -3982045
        odd NaN
        negative -Inf
        # TYPE d_seconds histogram
        d_seconds_bucket{le="0.05"} 24054
        d_seconds_bucket{le="+Inf"} 144320
        d_seconds_sum 53423
        d_seconds_count 144320
        # TYPE rpc summary
        rpc{quantile="0.99"} 76656
        rpc_sum 1.7560473e+07
        rpc_count 2693
        # TYPE gauge_count gauge
        gauge_count 5
        # EOF
        """;

    [Fact]
    public void Parse_AllOfTheFormat()
    {
        IReadOnlyList<MetricSample> samples = PrometheusText.Parse(Page);

        Assert.Equal(15, samples.Count);
        Assert.Equal(("http_requests_total", 1027.0, MetricType.Counter), (samples[0].Name, samples[0].Value, samples[0].Family.Type));
        Assert.Equal("The total number,\nwith a \\ in it.", samples[0].Family.Help);
        Assert.Equal("""http_requests_total{method="get",code="400"}""", samples[1].Series);
        Assert.Equal("C:\\DIR\\FILE.TXT", samples[2].Labels["path"]);
        Assert.Equal("Cannot find \"it\",\nas {they} say = 1", samples[2].Labels["error"]);
        Assert.Equal(1458255915, samples[2].Value);
        Assert.Equal((0, 12.47, MetricType.Untyped), (samples[3].Labels.Count, samples[3].Value, samples[3].Family.Type));
        Assert.Equal([double.PositiveInfinity, double.NaN, double.NegativeInfinity], samples.Skip(4).Take(3).Select(sample => sample.Value));
        Assert.All(samples.Skip(7).Take(4),
            sample => Assert.Equal(("d_seconds", MetricType.Histogram, true), (sample.Family.Name, sample.Family.Type, sample.Grows)));
        Assert.Equal([false, true, true], samples.Skip(11).Take(3).Select(sample => sample.Grows));
        Assert.Equal(["rpc", "rpc", "rpc", "gauge_count"], samples.Skip(11).Select(sample => sample.Family.Name));
        Assert.Equal(MetricType.Gauge, samples[14].Family.Type);
    }

    [Theory]
    [InlineData("a", "the value is missing")]
    [InlineData("a x", "the value is not a number")]
    [InlineData("a{b=\"c\"}", "the value is not a number")]
    [InlineData("a 1 2 3", "there is text after the timestamp")]
    [InlineData("a 1 1.5", "the timestamp is not a whole number")]
    [InlineData("1a 1", "the name of the series is not valid")]
    [InlineData("a{b=\"c\" 1", "the list of labels does not end")]
    [InlineData("a{b=\"c} 1", "the value of a label does not end")]
    [InlineData("a{b=c} 1", "the value of a label is not in quotation marks")]
    [InlineData("a{b} 1", "a label has no value, or the list of labels does not end")]
    [InlineData("a{b:c=\"\"} 1", "the name of a label is not valid")]
    [InlineData("a{b=\"\",b=\"\"} 1", "the label b is there twice")]
    [InlineData("a{b=\"\\x\"} 1", "a backslash is not followed by n, a backslash or a quotation mark")]
    [InlineData("# TYPE a number", "the type is none of counter, gauge, histogram, summary and untyped")]
    [InlineData("<html><body>404</body></html>", "the value is missing")]
    [InlineData("{\"health\":\"true\"}", "the name of the series is not valid")]
    public void Parse_SomethingElse_NamesTheLineAndTheReason(string line, string why)
    {
        FormatException error = Assert.Throws<FormatException>(() => PrometheusText.Parse($"good 1\n{line}\n"));

        Assert.Equal($"line 2: {why}", error.Message);
    }

    [Fact]
    public void Parse_MutatedPages_GiveSeriesOrAFormatException()
    {
        var random = new Random(20261130);
        int refused = 0, read = 0;
        const string marks = "{}\"\\\n,= #\t\r0+-.eNaI_:\0\u2028ä";
        for (int i = 0; i < 50_000; i++)
        {
            var text = new StringBuilder(Page);
            for (int changes = random.Next(1, 6); changes > 0 && text.Length > 0; changes--)
            {
                int at = random.Next(text.Length);
                switch (random.Next(4))
                {
                    case 0: text[at] = marks[random.Next(marks.Length)]; break;
                    case 1: text.Insert(at, marks[random.Next(marks.Length)]); break;
                    case 2: text.Remove(at, Math.Min(random.Next(1, 30), text.Length - at)); break;
                    default: text.Length = Math.Max(1, at); break;
                }
            }

            try
            {
                Assert.All(PrometheusText.Parse(text.ToString()), sample => Assert.NotEmpty(sample.Name));
                read++;
            }
            catch (FormatException e)
            {
                Assert.StartsWith("line ", e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.True(read > 1_000 && refused > 1_000, $"{read} read, {refused} refused");
    }

    [Fact]
    public void Series_AnyLabelsAndValues_AreReadAsTheyWereWritten()
    {
        var random = new Random(13);
        double[] special = [0, -0.0, 1, 0.1, 1e-300, double.MaxValue, double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity];
        for (int i = 0; i < 20_000; i++)
        {
            var labels = Enumerable.Range(0, random.Next(4)).ToDictionary(n => $"l{n}", _ => Any(random));
            double value =
                random.Next(2) == 0 ? special[random.Next(special.Length)] : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20));

            MetricSample read = Assert.Single(PrometheusText.Parse($"{MetricText.Series("a:b_c", labels)} {MetricText.Number(value)}"));

            Assert.Equal(value, read.Value);
            Assert.Equal(labels, read.Labels);
        }
    }

    [Fact]
    public void Parse_3PagesOf2000Series_TakesLessThan100Milliseconds()
    {
        string page = string.Concat(Enumerable.Range(0, 2_000).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"# HELP m{i / 20} Some words about it.\n# TYPE m{i / 20} counter\n"
                + $"m{i / 20}{{grpc_method=\"Range\",grpc_code=\"OK\",number=\"{i}\"}} {i * 1.5}\n")));
        TimeSpan took = TimeSpan.MaxValue;
        // Other tests run at the same time, and the first runs are compiled: the fastest one counts.
        for (int i = 0; i < 20; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Assert.Equal(6_000, Enumerable.Range(0, 3).Sum(_ => PrometheusText.Parse(page).Count));
            TimeSpan run = Stopwatch.GetElapsedTime(start);
            if (run < took) took = run;
        }

        TestContext.Current.SendDiagnosticMessage($"3 x 2,000 series: {took.TotalMilliseconds:0.0} ms");
        Assert.True(took < TimeSpan.FromMilliseconds(100), $"{took.TotalMilliseconds} ms");
    }

    [Fact]
    public void Rates_GrowthPerSecond_AlsoAfterARestart()
    {
        const string types = "# TYPE c counter\n# TYPE g gauge\n# TYPE etcd_server_proposals_committed_total gauge\n";
        var rates = new MetricRates(
            PrometheusText.Parse(types + "c{a=\"1\"} 10\nc{a=\"2\"} 50\ng 5\netcd_server_proposals_committed_total 100\n"), TimeSpan.FromSeconds(2));

        double?[] found = [.. PrometheusText.Parse(types + "c{a=\"1\"} 15\nc{a=\"2\"} 4\nc{a=\"3\"} 6\ng 9\n"
            + "etcd_server_proposals_committed_total 101\n").Select(rates.Of)];

        Assert.Equal([2.5, 2, 3, null, 0.5], found);
    }

    private static string Any(Random random) => string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => "ab\\\"\n{},= ä\t#'"[random.Next(14)]));
}
