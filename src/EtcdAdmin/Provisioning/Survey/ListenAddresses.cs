using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Provisioning.Survey;

/// <summary>Finds out where a member whose address is a name has to listen: etcd listens on IP addresses only.</summary>
internal static class ListenAddresses
{
    /// <summary>The specification with a place to listen for every member.</summary>
    /// <exception cref="EtcdException">SpecInvalid: a host does not take its own name for one of its addresses.</exception>
    public static ClusterSpec Choose(ClusterSpec spec, IReadOnlyDictionary<string, HostSurvey> surveys) =>
        spec with { Members = [.. spec.Members.Select(member => Choose(member, surveys[member.HostName]))] };

    /// <summary>One member with a place to listen.</summary>
    /// <exception cref="EtcdException">SpecInvalid, as above.</exception>
    public static MemberSpec Choose(MemberSpec member, HostSurvey survey)
    {
        if (member.Connection is null || member.BindAddress is not null || Addresses.IsIp(member.Address)) return member;
        string[] own = [.. survey.Resolved.GetValueOrDefault(member.Address, []).Intersect(survey.Host.Addresses).Distinct()];
        if (own.Length > 0) return member with { BindAddress = string.Join(',', own) };
        throw new EtcdException(EtcdErrorIds.SpecInvalid,
            $"{member.HostName} does not take '{member.Address}' for one of its own addresses ({string.Join(", ", survey.Host.Addresses)}), so where to listen is not known.")
        {
            Target = member.HostName,
            NextStep = "Give an IP address as its address (-Address), or say where to listen (-BindAddress).",
        };
    }
}
