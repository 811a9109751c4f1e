using System.Globalization;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;

namespace EtcdAdmin.Checks.Rules;

/// <summary>Whether the unit of a member keeps it from doing more than it needs.</summary>
internal static class HardeningRule
{
    private const string Name = "Hardening";

    // systemd.exec(5), and the unit that Install-EtcdCluster writes.
    private static readonly (string Property, string[] Values, string Setting)[] Wanted =
    [
        ("NoNewPrivileges", ["yes"], "NoNewPrivileges=yes"),
        ("ProtectSystem", ["strict", "full"], "ProtectSystem=strict"),
        ("ProtectHome", ["yes", "read-only", "tmpfs"], "ProtectHome=yes"),
        ("PrivateTmp", ["yes", "disconnected"], "PrivateTmp=yes"),
        ("PrivateDevices", ["yes"], "PrivateDevices=yes"),
    ];

    private const long LeastFiles = 65_536;

    /// <summary>One result for each member.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        foreach (MemberFacts member in facts.Members)
        {
            if (member.Host.Value is not { } host) yield return facts.NotKnown(Name, member.Host, member.Name);
            else if (host.Spec.Unit is null)
                yield return facts.Result(Name, CheckSeverity.NotApplicable, "It runs without systemd.", member: member.Name);
            else if (host.Unit.Count == 0)
                yield return facts.Result(
                    Name, CheckSeverity.Unknown, "Not checked: systemd did not report its unit.", host.Spec.Unit, member: member.Name);
            else
            {
                string[] missing = [.. Missing(host.Unit)];
                yield return missing.Length == 0
                    ? facts.Result(Name, CheckSeverity.Ok, "Its unit is hardened and starts at boot.", host.Spec.Unit, member: member.Name)
                    : facts.Result(Name, CheckSeverity.Warning, "Its unit is less protected than it could be.", string.Join("; ", missing),
                        host.Spec.Adopted is null ? $"Remove the drop-ins that change it (systemctl revert {host.Spec.Unit}), or apply the profile "
                            + $"(Set-EtcdConfiguration {facts.Cluster.Name})."
                            : $"Add the settings to a drop-in (systemctl edit {host.Spec.Unit}), or convert it (Convert-EtcdMember).", member.Name);
            }
        }
    }

    private static IEnumerable<string> Missing(IReadOnlyDictionary<string, string> unit)
    {
        if (unit.GetValueOrDefault("User") is "" or "root") yield return "etcd runs as root";
        foreach ((string property, string[] values, string setting) in Wanted)
        {
            // An older systemd does not have every property.
            if (unit.TryGetValue(property, out string? value) && !values.Contains(value)) yield return $"{property}={value} instead of {setting}";
        }

        if (long.TryParse(unit.GetValueOrDefault("LimitNOFILE"), NumberStyles.None, CultureInfo.InvariantCulture, out long files)
            && files < LeastFiles)
            yield return $"LimitNOFILE={files} instead of {LeastFiles}";
        if (unit.GetValueOrDefault("UnitFileState") is { } state and not ("enabled" or "enabled-runtime" or "static" or ""))
            yield return $"the unit is {state}: it does not start at boot";
    }
}
