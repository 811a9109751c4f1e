using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Schedules.Renewals;

namespace EtcdAdmin.Checks.Rules;

/// <summary>Whether the renewal of certificates works, if there is one: by this machine, or by the hosts. A failed run leaves certificates that are
/// valid for many days, so that nothing else would show it for a while.</summary>
internal static class CertificateRenewalRule
{
    private const string Name = "CertificateRenewal";

    /// <summary>One result for each place with a problem, or one for all; none without a renewal.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        if (facts.Renewals.Value is not { } places) return [facts.NotKnown(Name, facts.Renewals)];
        EtcdCertificateRenewal[] hosts = [.. places.Where(place => place.HostName is not null)];
        // A renewal by the hosts is one of all hosts.
        bool renew = hosts.Any(host => host.Registered);
        EtcdCertificateRenewal[] used = [.. places.Where(place => place.HostName is null ? place.Registered : renew)];
        if (used.Length == 0) return [];
        EtcdCertificateRenewal[] bad = [.. used.Where(place => !place.Healthy)];
        if (bad.Length == 0)
        {
            return [facts.Result(Name, CheckSeverity.Ok, "The renewal of certificates works.",
                string.Join("; ", used.Select(place => $"{place.HostName ?? "this machine"}: {place.Reason}")))];
        }

        return bad.Select(place => facts.Result(
            Name, CheckSeverity.Warning,
            place.Registered ? $"The renewal of certificates by {place.HostName ?? "this machine"} does not work."
                : $"Host {place.HostName} does not renew its certificates, although others do, or did not answer.",
            place.Reason,
            place.HostName is null
                ? $"Remove the reason, and run Update-EtcdCertificate {facts.Cluster.Name} -DaysLeft 30 to see that it works."
                : $"Remove the reason, or register the renewal again: Register-EtcdCertificateRenewal {facts.Cluster.Name} -OnHost."));
    }
}
