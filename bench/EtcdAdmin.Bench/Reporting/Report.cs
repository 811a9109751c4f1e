using System.Globalization;
using System.Text;

namespace EtcdAdmin.Bench.Reporting;

/// <summary>The page with the figures, and how to measure them again.</summary>
internal sealed class Report(BenchOptions options, EtcdVersion etcdVersion, IReadOnlyList<Section> sections)
{
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine("# Performance").AppendLine();
        text.AppendLine("Written by `bench/EtcdAdmin.Bench`; do not edit. All figures are from one run of").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"    {Command()}").AppendLine();
        AppendMachine(text);
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            Each measurement runs once unmeasured, then {options.Runs} times, in turns with its peer (A B A B …). A cell shows the median, with the
            lowest and highest value in brackets. The last column is the ratio of the medians. For time and memory, less is better; for MB/s,
            more is better. 1 MB is 1,000,000 bytes. All files are in the page cache, for both sides: the figures compare processor time and the
            writing of new files, not the reading speed of the disk. Memory is the largest resident set of the whole process (`VmHWM`).
            """);
        foreach (Section section in sections) Append(text, section);
        return text.ToString();
    }

    private string Command()
    {
        string only = options.Only is null ? "" : $" --only {options.Only}";
        string runs = options.Runs == 5 ? "" : string.Create(CultureInfo.InvariantCulture, $" --runs {options.Runs}");
        return string.Create(CultureInfo.InvariantCulture,
            $"dotnet run -c Release --project bench/EtcdAdmin.Bench -- --size {options.SizeMegabytes} --keys {options.Keys}{runs}{only}");
    }

    private void AppendMachine(StringBuilder text)
    {
        text.AppendLine("| machine | |").AppendLine("|---|---|");
        Fact("processor", Machine.Processor);
        Fact("memory", Machine.Memory);
        Fact("kernel", Machine.Kernel);
        Fact("file system", Machine.FileSystem);
        Fact(".NET", Machine.Framework);
        Fact("etcd and etcdctl", etcdVersion.ToString());
        Fact("date", DateTimeOffset.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
        text.AppendLine();

        void Fact(string name, string value) => text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {value} |");
    }

    private static void Append(StringBuilder text, Section section)
    {
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {section.Title}").AppendLine();
        text.AppendLine(section.Introduction).AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"| | EtcdAdmin | {section.Peer} | ratio |").AppendLine("|---|---|---|---|");
        foreach (Row row in section.Rows)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.What} | {row.Ours} | {row.Theirs} | {row.Ratio} |");
        if (section.PeerCommands.Count == 0) return;
        text.AppendLine().AppendLine("The peer:").AppendLine();
        foreach (string command in section.PeerCommands) text.AppendLine(CultureInfo.InvariantCulture, $"    {command}");
    }
}
