using System.Text.Json.Nodes;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>Checks the values of a profile, once its entries have the right types.</summary>
internal static class ProfileRules
{
    private const int LastPort = 65_535;

    /// <summary>The problems.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="name">The name that it is saved under.</param>
    public static IEnumerable<ProfileProblem> Check(ClusterProfile profile, string name)
    {
        // Saving it would write into the folder of the other name. File systems may ignore upper and lower case.
        if (!profile.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) yield return Wrong("name", profile.Name,
            $"\"{name}\", the name of its folder");
        if (profile.Endpoints.Count == 0) yield return new ProfileProblem("endpoints",
            "endpoints is empty and must contain the client URLs of the cluster");
        for (int i = 0; i < profile.Endpoints.Count; i++)
        {
            if (!IsUrl(profile.Endpoints[i]))
                yield return Wrong($"endpoints[{i}]", profile.Endpoints[i].OriginalString, "a URL such as \"https://10.0.0.1:2379\"");
        }

        foreach (ProfileProblem problem in profile.Spec is { } spec ? CheckSpec(spec) : []) yield return problem;
    }

    private static IEnumerable<ProfileProblem> CheckSpec(ClusterSpec spec)
    {
        if (spec.Token.Length == 0) yield return Wrong("spec.token", spec.Token, "the initial-cluster-token in etcd.conf.yml of the members");
        if (spec.Members.Count == 0) yield return new ProfileProblem("spec.members",
            "spec.members is empty and must contain the members of the cluster");
        foreach (string twice in spec.Members.GroupBy(member => member.Name).Where(same => same.Count() > 1).Select(same => same.Key))
            yield return new ProfileProblem("spec.members", $"spec.members has two members named '{twice}', but names must be unique");
        if (spec.TlsChange is { } change && (change.Target >= TlsStage.Optional != spec.Tls || change.Lowest > change.Target
            || change.Highest < change.Target))
            yield return Wrong("spec.tlsChange.target", change.Target.ToString(),
                "a stage that fits spec.tls, not below spec.tlsChange.lowest and not above spec.tlsChange.highest");
        (string Path, IReadOnlyList<MemberSpec>? Members)[] lists =
        [
            ("spec.members", spec.Members),
            ("spec.former", spec.Former),
            ("spec.uncleared", spec.Uncleared),
            ("spec.recovery.waiting", spec.Recovery?.Waiting),
        ];
        foreach ((string path, IReadOnlyList<MemberSpec>? members) in lists)
        {
            for (int i = 0; i < (members?.Count ?? 0); i++)
            {
                foreach (ProfileProblem problem in CheckMember($"{path}[{i}]", members![i])) yield return problem; // not null, because it has a count
            }
        }
    }

    private static IEnumerable<ProfileProblem> CheckMember(string path, MemberSpec member)
    {
        if (!ClusterName.IsAllowed(member.Name)) yield return Wrong($"{path}.name", member.Name, "the name of the member in etcd.conf.yml");
        if (member.HostName.Length == 0) yield return Wrong($"{path}.hostName", member.HostName, "the host of the member, or \"localhost\"");
        if (member.Address.Length == 0 || member.Address.IndexOfAny([' ', '/', ',']) >= 0)
            yield return Wrong($"{path}.address", member.Address, "an IP address or a DNS name");
        foreach ((string name, int port) in new[] { ("clientPort", member.ClientPort), ("peerPort", member.PeerPort) })
        {
            if (port is < 1 or > LastPort)
                yield return new ProfileProblem($"{path}.{name}", $"{path}.{name} is {port}, but must be a port from 1 to {LastPort}");
        }

        foreach ((string name, string? folder) in new[]
        {
            ("directory", member.Directory),
            ("configDirectory", member.ConfigDirectory),
            ("walDirectory", member.WalDirectory),
            ("binDirectory", member.BinDirectory)
        })
        {
            if (folder is not null && !Path.IsPathRooted(folder)) yield return Wrong($"{path}.{name}", folder, "the full path of a folder");
        }

        foreach ((string name, string? place) in member.Adopted?.Paths ?? [])
        {
            if (place is not null && !place.StartsWith('/')) yield return Wrong($"{path}.adopted.{name}", place, "a full path on the host");
        }
    }

    private static bool IsUrl(Uri url) => url.IsAbsoluteUri && url.Scheme is "http" or "https";

    private static ProfileProblem Wrong(string path, string value, string expected) => ProfileProblem.Wrong(path, JsonValue.Create(value), expected);
}
