using System.Globalization;
using System.Text.RegularExpressions;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Facts;

/// <summary>Reads the lines of <c>host_facts</c>; other lines are ignored.</summary>
internal sealed partial class EtcdHostParser(string hostName, HostConnection connection)
{
    private readonly List<string> _addresses = [];
    private readonly SortedSet<int> _ports = [];
    private readonly List<HostDisk> _disks = [];
    private readonly List<HostFileSystem> _fileSystems = [];
    private readonly Dictionary<string, long> _freeFiles = new(StringComparer.Ordinal);
    private readonly HashSet<string> _readOnly = new(StringComparer.Ordinal);
    private readonly List<ExistingEtcd> _etcd = [];
    private DateTimeOffset? _begun;
    private DateTimeOffset? _ended;
    private EtcdHost _host = new() { HostName = hostName, Connection = connection };

    /// <summary>The host, with all facts read so far.</summary>
    /// <param name="sent">When the script was sent, by this machine's clock.</param>
    /// <param name="took">The time for the complete answer.</param>
    public EtcdHost Result(DateTimeOffset sent, TimeSpan took) => _host with
    {
        Addresses = _addresses,
        ListeningPorts = _ports,
        Disks = _disks,
        FileSystems = [.. _fileSystems.Select(system => system with
        {
            FreeFiles = _freeFiles.TryGetValue(system.MountPoint, out long free) ? free : null,
            IsReadOnly = _readOnly.Contains(system.MountPoint),
        })],
        Etcd = _etcd,
        ClockSkew = OnTheWay(took) is { } way ? _begun - (sent + (way / 2)) : null,
        ClockUncertainty = OnTheWay(took) / 2,
    };

    /// <summary>Reads one line.</summary>
    public void Read(string line)
    {
        string[] fields = line.Split('\t');
        string Field(int i) => i < fields.Length ? fields[i] : "";
        switch (fields[0])
        {
            case "clock": ReadClock(Field(1)); break;
            case "kernel": _host = _host with { Kernel = Text(Field(1)), Machine = Text(Field(2)), NodeName = Text(Field(3)) }; break;
            case "user": _host = _host with { UserName = Text(Field(1)), IsRoot = Field(2) == "0" }; break;
            case "os": _host = _host with { OperatingSystem = Text(Field(1)) }; break;
            case "systemd": _host = _host with { SystemdVersion = (int?)Number(Field(1)) }; break;
            case "machine": _host = _host with { MachineId = Text(Field(1)) }; break;
            case "processors": _host = _host with { ProcessorCount = (int?)Number(Field(1)) }; break;
            case "memory": _host = _host with { MemoryBytes = Number(Field(1)) * 1024 }; break;
            case "address": _addresses.Add(Field(1)); break;
            case "port": AddPort(Field(1)); break;
            case "disk": AddDisk(Field(1)); break;
            case "filesystem": AddFileSystem(Field(1), Field(2), Field(3), Field(4), Field(5)); break;
            case "inodes": AddInodes(Field(1), Field(2), Field(3)); break;
            case "readonly": _readOnly.Add(Field(1)); break;
            case "etcd": AddEtcd(Field(1), Field(2), Field(3), Field(4), Field(5)); break;
        }
    }

    private void ReadClock(string text)
    {
        _begun ??= ParseClock(text);
        _ended = ParseClock(text);
    }

    // The script prints its clock first and last, so the rest of the time was spent on the connection.
    private TimeSpan? OnTheWay(TimeSpan took) => _begun is { } begun && _ended is { } ended ? took - (ended - begun) : null;

    private void AddPort(string text)
    {
        if (int.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int port)) _ports.Add(port);
    }

    private void AddDisk(string pairs)
    {
        Dictionary<string, string> values = Pair().Matches(pairs).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        if (!values.TryGetValue("PATH", out string? path) || Number(values.GetValueOrDefault("SIZE", "")) is not { } size) return;
        _disks.Add(new HostDisk(path, size, values.GetValueOrDefault("TYPE", ""))
        {
            FileSystem = Text(values.GetValueOrDefault("FSTYPE", "")),
            Uuid = Text(values.GetValueOrDefault("UUID", "")),
            MountPoint = Text(values.GetValueOrDefault("MOUNTPOINT", "")),
            PartitionTable = Text(values.GetValueOrDefault("PTTYPE", "")),
        });
    }

    private void AddFileSystem(string source, string type, string size, string free, string mountPoint)
    {
        // File systems in memory do not keep data.
        if (type is "tmpfs" or "devtmpfs" or "Type" || Number(size) is not { } total || Number(free) is not { } left) return;
        _fileSystems.Add(new HostFileSystem(mountPoint, source, type, total * 1024, left * 1024));
    }

    private void AddInodes(string mountPoint, string all, string free)
    {
        // Some file systems, such as btrfs, have no fixed number of inodes and report 0.
        if (Number(all) is > 0 && Number(free) is { } left) _freeFiles[mountPoint] = left;
    }

    private void AddEtcd(string kind, string name, string detail, string cluster, string member)
    {
        if (!Enum.TryParse(kind, ignoreCase: true, out ExistingEtcdKind known)) return;
        _etcd.Add(new ExistingEtcd(known, name) { Detail = Text(detail.Trim()), Cluster = Text(cluster), Member = Text(member) });
    }

    private static DateTimeOffset? ParseClock(string text)
    {
        // A date command without nanoseconds prints the %N itself.
        string seconds = text.Split('.')[0];
        if (Number(seconds) is not { } whole) return null;
        decimal fraction = decimal.TryParse(
            "0." + text.Split('.').ElementAtOrDefault(1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal given)
            ? given : 0.5m;
        return DateTimeOffset.FromUnixTimeSeconds(whole).AddTicks((long)(fraction * TimeSpan.TicksPerSecond));
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static string? Text(string text) => text.Length == 0 ? null : text;

    [GeneratedRegex("([A-Z]+)=\"([^\"]*)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Pair();
}
