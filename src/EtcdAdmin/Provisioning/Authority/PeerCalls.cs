using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Provisioning.Authority;

/// <summary>Calls from the host of each member to the peer URLs of all other members, with the files that the member has now.</summary>
/// <param name="context">The environment.</param>
/// <param name="spec">The members.</param>
internal sealed class PeerCalls(AdminContext context, ClusterSpec spec)
{
    private const int Seconds = 5; // for one call

    /// <summary>Makes the calls.</summary>
    /// <returns>The calls without an answer, and the members whose hosts have neither openssl nor curl to make calls with.</returns>
    public async Task<(IReadOnlyList<FailedCall> Failed, IReadOnlyList<string> Silent)> MakeAsync(CancellationToken cancellationToken)
    {
        if (spec.Members.Count == 1) return ([], []);
        string[] outputs = await HostErrors.WhenAllAsync(spec.Members.Select(member => CallAsync(member, cancellationToken))).ConfigureAwait(false);
        var failed = new List<FailedCall>();
        var silent = new List<string>();
        foreach ((MemberSpec member, string output) in spec.Members.Zip(outputs))
        {
            string[][] lines = [.. output.Split('\n').Select(line => line.Split('\t'))];
            if (lines.Any(line => line is ["none"]))
            {
                silent.Add(member.Name);
                continue;
            }

            foreach (MemberSpec other in Others(member))
            {
                string reason = lines.FirstOrDefault(line => line is ["call", _, _] && line[1] == UrlOf(other))?[2] ?? "the host reported no result";
                if (reason.Length > 0) failed.Add(new FailedCall(member.Name, other.Name, UrlOf(other), reason));
            }
        }

        return (failed, silent);
    }

    private Task<string> CallAsync(MemberSpec member, CancellationToken cancellationToken) => context.HostOf(member).RunRequiredAsync(
        $"call the other members from the host of member {member.Name}",
        new HostScript(AuthorityScripts.CallPeers)
        {
            Arguments =
            [
                spec.PeerCaFileOf(member), member.Layout.PeerCertificateFile, member.Layout.PeerKeyFile,
                Seconds.ToString(CultureInfo.InvariantCulture),
                .. Others(member).Select(UrlOf),
            ],
        },
        cancellationToken);

    private IEnumerable<MemberSpec> Others(MemberSpec member) => spec.Members.Where(other => other.Name != member.Name);

    private static string UrlOf(MemberSpec member) => member.PeerUrl(true).GetLeftPart(UriPartial.Authority);
}

/// <summary>A call from one member to another that was not answered.</summary>
/// <param name="From">The member that called.</param>
/// <param name="To">The member that was called.</param>
/// <param name="Url">Its peer URL.</param>
/// <param name="Reason">What openssl or curl printed.</param>
internal sealed record FailedCall(string From, string To, string Url, string Reason);
