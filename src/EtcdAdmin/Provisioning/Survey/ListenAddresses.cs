using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Provisioning.Survey;

/// <summary>Finds the IP addresses to listen on for members whose address is a name: etcd listens only on IP addresses.</summary>
internal static class ListenAddresses
{
    /// <summary>The specification with addresses to listen on for each member.</summary>
    /// <exception cref="EtcdException">SpecInvalid: a host does not resolve the name to one of its own addresses.</exception>
    public static ClusterSpec Choose(ClusterSpec spec, IReadOnlyDictionary<string, HostSurvey> surveys) =>
        spec with { Members = [.. spec.Members.Select(member => Choose(member, surveys[member.HostName]))] };

    /// <summary>One member with its addresses to listen on.</summary>
    /// <exception cref="EtcdException">SpecInvalid, as above.</exception>
    public static MemberSpec Choose(MemberSpec member, HostSurvey survey)
    {
        if (member.Connection is null || member.BindAddress is not null || Addresses.IsIp(member.Address)) return member;
        string[] own = [.. survey.Resolved.GetValueOrDefault(member.Address, []).Intersect(survey.Host.Addresses).Distinct()];
        if (own.Length > 0) return member with { BindAddress = string.Join(',', own) };
        throw new EtcdException(EtcdErrorIds.SpecInvalid,
            $"{member.HostName} does not resolve '{member.Address}' to one of its own addresses ({string.Join(", ", survey.Host.Addresses)}), "
            + "so the address to listen on is not known.")
        {
            Target = member.HostName,
            NextStep = "Give an IP address (-Address), or the address to listen on (-BindAddress).",
        };
    }
}
