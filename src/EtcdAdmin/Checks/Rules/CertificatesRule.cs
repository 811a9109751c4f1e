using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Client.Handshakes;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Security;
using EtcdAdmin.Text;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Checks.Rules;

/// <summary>How long the certificates on every served URL are valid, for which names, and whether they can be trusted.</summary>
internal static class CertificatesRule
{
    private const string Days = "Certificates";
    private const string Names = "CertificateNames";
    private const string Trust = "CertificateTrust";
    private const int CriticalDays = 7;

    /// <summary>Three results for each URL of each member, and one for the operator's own certificate.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        if (facts.Cluster.Client.Options.Tls?.ClientCertificate is { } own)
        {
            yield return Judge(
                facts, own, $"The client certificate '{own.GetNameInfo(X509NameType.SimpleName, forIssuer: false)}' of this machine", null,
                facts.Cluster.IsManaged ? Renew(facts) : "Get a new one from the authority of the cluster.");
        }

        X509Certificate2[] trusted = Certificates(facts.Cluster.Tls?.CaPem);
        X509Certificate2[] peers = facts.Cluster.Tls?.PeerCaPem is { } separate ? Certificates(separate) : trusted;
        foreach (MemberFacts member in facts.Members)
        {
            foreach ((Uri url, Fact<ServedCertificate> served) in member.Certificates)
            {
                string place = EndpointUrl.Show(url);
                if (served.Value is not { } shown)
                {
                    yield return facts.NotKnown(Days, served, member.Name);
                    continue;
                }

                yield return Judge(facts, shown.Certificate, $"The certificate at {place}", member.Name,
                    facts.Cluster.IsManaged ? Renew(facts) : "Replace it before it expires.");
                string host = MemberPlace.HostOf(url);
                yield return CertificateJudge.IsFor(shown.Certificate, host)
                    ? facts.Result(Names, CheckSeverity.Ok, $"The certificate at {place} is valid for {host}.", Alternatives(shown.Certificate),
                        member: member.Name)
                    : facts.Result(Names, CheckSeverity.Critical,
                        $"The certificate at {place} is not valid for {host}: clients that check it refuse the connection.",
                        Alternatives(shown.Certificate), $"Issue a certificate with {host} in its subject alternative names.", member.Name);
                bool isPeer = member.Listed?.PeerUrls.Contains(url) == true;
                yield return JudgeTrust(facts, member, url, shown, isPeer ? CertificateUse.Peer : CertificateUse.Server, isPeer ? peers : trusted);
            }
        }

        if (facts.Members.All(member => member.Certificates.Count == 0))
            yield return facts.Result(Days, CheckSeverity.NotApplicable, "The cluster does not use TLS.");
    }

    private static EtcdCheck Judge(CheckFacts facts, X509Certificate2 certificate, string which, string? member, string remedy)
    {
        DateTimeOffset end = certificate.NotAfter.ToUniversalTime();
        int days = CertificateInfo.DaysUntil(end, facts.Now);
        string finding =
            days < 0 ? $"{which} has expired." : string.Create(CultureInfo.InvariantCulture, $"{which} is valid for {days} more day(s).");
        string evidence = string.Create(CultureInfo.InvariantCulture, $"{certificate.Subject}, until {end:yyyy-MM-dd HH:mm} UTC.");
        int critical = Math.Min(CriticalDays, facts.Options.WarnDays);
        EtcdCheck result = days < critical || days < 0 ? facts.Result(Days, CheckSeverity.Critical, finding, evidence, remedy, member)
            : days < facts.Options.WarnDays ? facts.Result(Days, CheckSeverity.Warning, finding, evidence, remedy, member)
            : facts.Result(Days, CheckSeverity.Ok, finding, evidence, member: member);
        return result with
        {
            Measure = new CheckMeasure("cert_days", days, "", string.Create(CultureInfo.InvariantCulture, $"{facts.Options.WarnDays}:"),
                string.Create(CultureInfo.InvariantCulture, $"{critical}:")),
        };
    }

    private static X509Certificate2[] Certificates(string? pem) =>
        pem is null ? [] : [.. PemContent.Certificates(pem, "certificate authorities")];

    private static EtcdCheck JudgeTrust(
        CheckFacts facts, MemberFacts member, Uri url, ServedCertificate shown, CertificateUse use, X509Certificate2[] trusted)
    {
        // A cluster that others installed may have an authority of its own for peers, which this machine does not have.
        bool knows = use == CertificateUse.Server || member.Spec is { Adopted: null };
        IReadOnlyList<string> problems = new CertificateJudge(knows ? trusted : [], facts.Now, warnDays: 0).FindMisuse(
            shown.Certificate, shown.Others, use);
        string place = EndpointUrl.Show(url);
        return problems.Count == 0
            ? facts.Result(Trust, CheckSeverity.Ok, $"The certificate at {place} can be trusted.", shown.Certificate.Issuer, member: member.Name)
            : facts.Result(Trust, CheckSeverity.Warning, $"The certificate at {place}: {string.Join(' ', problems)}", shown.Certificate.Issuer,
                "Replace it (Update-EtcdCertificate), or see what is wrong with Get-EtcdCertificate.", member.Name);
    }

    private static string Renew(CheckFacts facts) => $"Renew it: Update-EtcdCertificate {facts.Cluster.Name} -DaysLeft {facts.Options.WarnDays}.";

    private static string Alternatives(X509Certificate2 certificate) =>
        $"It has {string.Join(", ", CertificateInfo.From(certificate, "certificate").SubjectAlternativeNames)}.";
}
