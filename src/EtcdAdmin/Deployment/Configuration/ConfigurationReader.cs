using System.Text;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Provisioning.Files;
using YamlDotNet.Core;

namespace EtcdAdmin.Deployment.Configuration;

/// <summary>Reads the configuration that members run with, and compares it with the specification.</summary>
/// <param name="context">The context.</param>
public sealed class ConfigurationReader(AdminContext context)
{
    private static string Script => ShellScript.Of(typeof(ConfigurationReader), "read-configuration");

    /// <summary>Reads the members of a cluster, all at once.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="members">The names of the members to read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>A task for each member, so that one failing host does not hide the other hosts.</returns>
    /// <exception cref="EtcdException">ClusterNotManaged.</exception>
    public IReadOnlyList<Task<EtcdMemberConfiguration>> Read(EtcdCluster cluster, IEnumerable<string> members, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        cluster.RequireConverted();
        var wanted = members.ToHashSet(StringComparer.Ordinal);
        return [.. cluster.RequireSpec().Members.Where(member => wanted.Contains(member.Name))
            .Select(member => ReadAsync(cluster, member, cancellationToken))];
    }

    private async Task<EtcdMemberConfiguration> ReadAsync(EtcdCluster cluster, MemberSpec member, CancellationToken cancellationToken)
    {
        string process = "";
        if (member.Unit is null)
        {
            MemberServiceState state = await context.ServiceOf(member).GetStateAsync(member, cancellationToken).ConfigureAwait(false);
            process = state.ProcessId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "";
        }

        var script = new HostScript(Script) { Arguments = [member.Layout.ConfigFile, member.Unit ?? "", process] };
        string output = await context.HostOf(member).RunRequiredAsync("read the configuration", script, cancellationToken).ConfigureAwait(false);
        Dictionary<string, string> parts = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 2)).ToDictionary(part => part[0], part => part.ElementAtOrDefault(1)?.Trim() ?? "");
        return Compare(cluster, member, parts);
    }

    private static EtcdMemberConfiguration Compare(EtcdCluster cluster, MemberSpec member, Dictionary<string, string> parts)
    {
        string? file = Decode(parts, "file");
        string? unit = Decode(parts, "unit");
        var drift = new List<EtcdSettingDrift>();
        IReadOnlyDictionary<string, string> actual = new Dictionary<string, string>();
        if (file is null) drift.Add(new EtcdSettingDrift(member.Layout.ConfigFile, "present", null));
        else
        {
            IReadOnlyDictionary<string, string> wanted = FlatSettings.Read(EtcdConfiguration.Render(cluster.RequireSpec(), member));
            try
            {
                actual = FlatSettings.Read(file);
                drift.AddRange(FlatSettings.Differences(wanted, actual));
            }
            catch (YamlException e)
            {
                drift.Add(new EtcdSettingDrift(member.Layout.ConfigFile, "YAML", e.Message));
            }
        }

        if (member.Unit is { } name && !SystemdUnit.IsWritten(unit, cluster.Name, member))
            drift.Add(new EtcdSettingDrift(name, "as written by EtcdAdmin", unit is null ? null : "changed"));
        return new EtcdMemberConfiguration
        {
            Cluster = cluster,
            Member = member.Name,
            HostName = member.HostName,
            Path = member.Layout.ConfigFile,
            Settings = actual,
            UnitText = unit,
            DropIns = parts.GetValueOrDefault("dropins", "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
            CommandLine = Decode(parts, "command")?.TrimEnd('\n').Replace('\n', ' '),
            EnvironmentSettings = Decode(parts, "environment")?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [],
            RestartPending = parts.ContainsKey("pending"),
            Drift = drift,
        };
    }

    private static string? Decode(Dictionary<string, string> parts, string name) =>
        parts.TryGetValue(name, out string? text) ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : null;
}
