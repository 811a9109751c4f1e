using System.Globalization;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;

namespace EtcdAdmin.Checks.Rules;

/// <summary>Whether the clocks of the members agree.</summary>
internal static class ClocksRule
{
    private const string Name = "Clocks";

    // etcd logs a warning from this difference on (server/etcdserver/api/rafthttp/probing_status.go, "prober found high clock drift").
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    // The date in an answer has whole seconds.
    private static readonly TimeSpan DateUncertainty = TimeSpan.FromSeconds(1);

    /// <summary>One result for each member, compared with this machine.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        foreach (MemberFacts member in facts.Members)
        {
            (TimeSpan? skew, TimeSpan error) = member.Host.Value is { Host: { ClockSkew: { } measured, ClockUncertainty: { } uncertainty } }
                ? (measured, uncertainty)
                : (member.Health.ClockSkew, DateUncertainty);
            if (skew is not { } ahead)
            {
                yield return facts.Result(
                    Name, CheckSeverity.Unknown, "Not checked: neither its host nor a TLS answer shows its time.", member: member.Name);
                continue;
            }

            string finding = string.Create(CultureInfo.InvariantCulture,
                $"Its clock is {Math.Abs(ahead.TotalSeconds):0.##} s {(ahead < TimeSpan.Zero ? "behind" : "ahead of")} this machine's.");
            string evidence = string.Create(CultureInfo.InvariantCulture, $"Plus or minus {error.TotalSeconds:0.##} s.");
            yield return ahead.Duration() - error > Limit
                ? facts.Result(Name, CheckSeverity.Warning, finding, evidence, "Let NTP set the clocks (timedatectl, chronyc tracking), also on this "
                    + "machine. Certificates, leases and logs depend on them.", member.Name)
                : facts.Result(Name, CheckSeverity.Ok, finding, evidence, member: member.Name);
        }
    }
}
