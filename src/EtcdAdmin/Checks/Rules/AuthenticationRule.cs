using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;

namespace EtcdAdmin.Checks.Rules;

/// <summary>Whether clients need a user.</summary>
internal static class AuthenticationRule
{
    private const string Name = "Authentication";

    /// <summary>One result for the cluster.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        bool hasTls = facts.Members.Any(member => member.Certificates.Count > 0);
        if (facts.Authentication.Value is not { } status) yield return facts.NotKnown(Name, facts.Authentication);
        else if (status.Enabled) yield return facts.Result(Name, CheckSeverity.Ok, "Clients need a user.");
        else
        {
            yield return hasTls
                ? facts.Result(Name, CheckSeverity.Info, "Every client with a certificate of the authority may read and change everything.",
                    "Authentication is off.", "If clients should not be equal, turn authentication on (etcdctl auth enable).")
                : facts.Result(Name, CheckSeverity.Warning, "Everybody who reaches the members may read and change everything.",
                    "Authentication is off, and so is TLS.", "Install clusters with TLS, or turn authentication on (etcdctl auth enable).");
        }
    }
}
