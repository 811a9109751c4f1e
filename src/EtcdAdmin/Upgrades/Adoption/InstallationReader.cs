using EtcdAdmin.Clusters;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>Finds every etcd on hosts, in one round trip for each host. Changes nothing.</summary>
/// <param name="context">The environment.</param>
public sealed class InstallationReader(AdminContext context)
{
    private static string FindScript => ShellScript.Of(typeof(InstallationReader), "find-etcd");

    /// <summary>Reads one host.</summary>
    /// <param name="connection">The connection to it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Running ones first; empty if there is none.</returns>
    /// <exception cref="EtcdException">The host cannot be reached, or its shell or sudo failed.</exception>
    public async Task<IReadOnlyList<EtcdInstallation>> ReadAsync(HostConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        string output = await context.Hosts.Get(connection)
            .RunRequiredAsync("find etcd", new HostScript(FindScript), cancellationToken).ConfigureAwait(false);
        return Parse(connection, output);
    }

    /// <summary>Reads the output of the script.</summary>
    internal static IReadOnlyList<EtcdInstallation> Parse(HostConnection connection, string output)
    {
        string[][] lines = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];
        ProcessFacts[] processes = [.. lines.Where(line => line[0] == "process").Select(ProcessFacts.From).OfType<ProcessFacts>()];
        UnitFacts[] units = [.. lines.Where(line => line[0] == "unit").Select(UnitFacts.From).OfType<UnitFacts>()];
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string[] line in lines.Where(line => line is ["file", _, _]))
        {
            if (FactFields.Text(line, 2) is { } text) files[line[1]] = text;
        }

        return
        [
            .. processes.Select(process => Running(connection, process, units.FirstOrDefault(unit => unit.Name == process.Unit), files)),
            .. units.Where(unit => processes.All(process => process.Unit != unit.Name)).Select(unit => Stopped(connection, unit, files)),
        ];
    }

    private static EtcdInstallation Running(
        HostConnection connection, ProcessFacts process, UnitFacts? unit, IReadOnlyDictionary<string, string> files)
    {
        var settings = RunningSettings.Read(
            process.Arguments, process.Environment, process.ConfigFile is { } path ? files.GetValueOrDefault(path) : null,
            process.Version ?? process.Installed);
        var identity = WalIdentity.Parse(process.LogStart);
        return Of(connection, InstallationKind.Of(process, unit, files), unit, settings) with
        {
            ProcessId = process.Id,
            Unit = process.Unit,
            Version = process.Version,
            InstalledVersion = process.Installed,
            Package = process.Package,
            PackageVersion = process.PackageVersion,
            Program = process.Program,
            User = process.User,
            ClusterId = identity?.Cluster.ToString(),
            MemberId = identity?.Member.ToString(),
            DataDirectory = process.Data ?? settings.Values.GetValueOrDefault("data-dir"),
            // One that has just started has no log open yet.
            WalDirectory = process.Wal ?? (process.LogStart is null ? settings.Values.GetValueOrDefault("wal-dir") : null),
            ConfigFile = process.ConfigFile,
        };
    }

    private static EtcdInstallation Stopped(HostConnection connection, UnitFacts unit, IReadOnlyDictionary<string, string> files)
    {
        // Of a variable that is set several times the last value counts; files come after Environment= (systemd.exec(5)).
        string[] environment =
            [.. unit.Environment, .. unit.EnvironmentFiles.SelectMany(file => UnitText.Variables(files.GetValueOrDefault(file, "")))];
        IReadOnlyList<string> arguments = UnitText.Expand(unit.Arguments, environment);
        string? configFile = ConfigFileOf(arguments, environment);
        var settings = RunningSettings.Read(
            arguments, environment, configFile is null ? null : files.GetValueOrDefault(configFile), unit.Installed);
        return Of(connection, InstallationKind.Of(process: null, unit, files), unit, settings) with
        {
            InstalledVersion = unit.Installed,
            Package = unit.Package,
            PackageVersion = unit.PackageVersion,
            Program = unit.Program,
            User = unit.User,
            DataDirectory = settings.Values.GetValueOrDefault("data-dir"),
            WalDirectory = settings.Values.GetValueOrDefault("wal-dir"),
            ConfigFile = configFile,
        };
    }

    private static string? ConfigFileOf(IReadOnlyList<string> arguments, string[] environment)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            string flag = arguments[i].TrimStart('-');
            if (arguments[i] == flag) continue;
            if (flag.StartsWith("config-file=", StringComparison.Ordinal)) return flag["config-file=".Length..];
            if (flag == "config-file" && i + 1 < arguments.Count) return arguments[i + 1];
        }

        const string Variable = "ETCD_CONFIG_FILE=";
        return environment.LastOrDefault(variable => variable.StartsWith(Variable, StringComparison.Ordinal))?[Variable.Length..];
    }

    private static EtcdInstallation Of(
        HostConnection connection, InstallationKind kind, UnitFacts? unit, RunningSettings settings) => new()
        {
            HostName = connection.HostName,
            Connection = connection,
            Kind = kind.Kind,
            Source = kind.Source,
            Cluster = kind.Cluster,
            Unit = unit?.Name,
            UnitFile = unit?.File,
            UnitState = unit?.State,
            EnvironmentFiles = unit?.EnvironmentFiles ?? [],
            ClientUrls = Urls(settings.Values.GetValueOrDefault("advertise-client-urls")),
            PeerUrls = Urls(settings.Values.GetValueOrDefault("initial-advertise-peer-urls")),
            Settings = settings.Values,
            Findings = settings.Findings,
        };

    private static IReadOnlyList<Uri> Urls(string? text) =>
    [
        .. (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => Uri.TryCreate(part, UriKind.Absolute, out Uri? url) ? url : null).OfType<Uri>(),
    ];
}
