using System.Globalization;
using System.Text;

namespace EtcdAdmin.Bench.Reporting;

/// <summary>The page that tells the figures and how to get them again.</summary>
internal sealed class Report(BenchOptions options, EtcdVersion etcdVersion, IReadOnlyList<Section> sections)
{
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine("# Performance").AppendLine();
        text.AppendLine("Written by `bench/EtcdAdmin.Bench`; do not edit. All figures come from one run of").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"    {Command()}").AppendLine();
        AppendMachine(text);
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            Each is run once unmeasured, then {options.Runs} times, in turns with its peer (A B A B …). A cell shows the median, with the lowest and
            highest in brackets; the last column is the ratio of the medians. Of times and memory less is better, of MB/s more. MB are
            1,000,000 bytes. The files are in the page cache throughout, for both sides: processor time and the writing of new files are
            compared, not the reading speed of the disk. Memory is the largest resident set of the whole process (`VmHWM`).
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
