using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;

namespace EtcdAdmin.Checks.Rules;

/// <summary>The etcd section of the CIS Kubernetes Benchmark.</summary>
internal static class CisRule
{
    // Source: CIS Kubernetes Benchmark v1.9, section 2 and 1.1.11, 1.1.12. The settings by their names in etcd's configuration file
    // (server/embed/config.go).
    private static readonly (string Id, string Title, Func<IReadOnlyDictionary<string, string>, string?> Fault, string Remedy)[] Settings =
    [
        ("CIS-2.1", "Clients connect with TLS", all => Missing(all, "client-transport-security.cert-file", "client-transport-security.key-file"),
            "Set cert-file and key-file."),
        ("CIS-2.2", "Clients need a certificate", all => Wrong(all, "client-transport-security.client-cert-auth", "true"),
            "Set client-cert-auth to true."),
        ("CIS-2.3", "Certificates for clients are not made by the member itself", all => Not(all, "client-transport-security.auto-tls"),
            "Remove auto-tls."),
        ("CIS-2.4", "Members connect to each other with TLS", all => Missing(
            all, "peer-transport-security.cert-file", "peer-transport-security.key-file"),
            "Set cert-file and key-file for peers."),
        ("CIS-2.5", "Members need a certificate", all => Wrong(all, "peer-transport-security.client-cert-auth", "true"),
            "Set client-cert-auth for peers to true."),
        ("CIS-2.6", "Certificates for members are not made by the member itself", all => Not(all, "peer-transport-security.auto-tls"),
            "Remove auto-tls for peers."),
        ("CIS-2.7", "Clients and members are checked with a given authority",
            all => Missing(all, "client-transport-security.trusted-ca-file", "peer-transport-security.trusted-ca-file"), "Set trusted-ca-file, with "
                + "an authority that only etcd uses."),
    ];

    /// <summary>One result for each recommendation and member.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        foreach (MemberFacts member in facts.Members)
        {
            foreach ((string id, string title, Func<IReadOnlyDictionary<string, string>, string?> fault, string remedy) in Settings)
            {
                if (member.Configuration.Value is not { } configuration) yield return facts.NotKnown(id, member.Configuration, member.Name);
                else
                {
                    yield return fault(configuration.Settings) is { } found
                        ? facts.Result(id, CheckSeverity.Warning, $"Not fulfilled: {title}.", found, remedy, member.Name)
                        : facts.Result(id, CheckSeverity.Ok, $"{title}.", configuration.Path, member: member.Name);
                }
            }

            yield return CheckData(facts, member, "CIS-1.1.11", "Only its user may enter the data folder",
                file => file.Mode is { } mode ? (mode & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)) == 0 : null,
                "chmod 700");
            yield return CheckData(facts, member, "CIS-1.1.12", "The data folder belongs to the user that runs etcd",
                file => member.Spec?.User is { } user
                    ? file.Owner == user
                    : file.Owner.Length == 0 ? null : file.Owner != "root" || member.Spec?.Unit is null, "chown it to the user that runs etcd");
        }
    }

    private static EtcdCheck CheckData(
        CheckFacts facts, MemberFacts member, string id, string title, Func<MemberFileMode, bool?> isRight, string remedy)
    {
        if (member.Host.Value is not { } host) return facts.NotKnown(id, member.Host, member.Name);
        if (host.Modes.FirstOrDefault(file => file.Kind == "data") is not { } data || isRight(data) is not { } right)
            return facts.Result(
                id, CheckSeverity.Unknown, "Not checked: its host did not report the permissions of its data folder.", member: member.Name);
        string evidence = $"{data.Path} {(data.Mode is { } mode ? Convert.ToString((int)mode, 8) : "?")} {data.Owner}";
        return right ? facts.Result(id, CheckSeverity.Ok, $"{title}.", evidence, member: member.Name)
            : facts.Result(id, CheckSeverity.Warning, $"Not fulfilled: {title}.", evidence, $"{remedy}: {data.Path}", member.Name);
    }

    private static string? Missing(IReadOnlyDictionary<string, string> all, params string[] names) =>
        names.Where(name => string.IsNullOrEmpty(all.GetValueOrDefault(name))).ToArray() is { Length: > 0 } missing
            ? $"{string.Join(", ", missing)} not set"
            : null;

    private static string? Wrong(IReadOnlyDictionary<string, string> all, string name, string value) =>
        all.GetValueOrDefault(name) is { } found && found == value ? null : $"{name}: {all.GetValueOrDefault(name) ?? "not set"}";

    private static string? Not(IReadOnlyDictionary<string, string> all, string name) =>
        all.GetValueOrDefault(name) == "true" ? $"{name}: true" : null;
}
