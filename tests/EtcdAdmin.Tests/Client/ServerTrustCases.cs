using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

/// <summary>What a server shows, what its clients trust, and what must come of it.</summary>
/// <param name="Server">The server's certificate file; the first is that of its key.</param>
/// <param name="Authorities">The CA file.</param>
/// <param name="Refused">What the message says, and what the next step says; null where it is trusted.</param>
internal sealed record ServerTrustCase(TestCertificate[] Server, string Authorities, string[]? Refused = null);

/// <summary>Certificates for the cases, made once.</summary>
internal static class ServerTrustCases
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private static readonly TestCertificate RootA = new(TestCertificate.Root("root A"));
    private static readonly TestCertificate RootB = new(TestCertificate.Root("root B"));
    private static readonly TestCertificate OtherRootA = new(TestCertificate.Root("root A"));
    private static readonly TestCertificate PlainRootA = new(TestCertificate.Root("plain A") with { Identifiers = false });
    private static readonly TestCertificate OtherPlainRootA = new(TestCertificate.Root("plain A") with { Identifiers = false });
    private static readonly TestCertificate ExpiredRootA = new(TestCertificate.Root("root A") with { Key = RootA.Key, NotAfter = Now.AddDays(-1) });
    private static readonly TestCertificate ShortRoot = new(TestCertificate.Root("short root") with { PathLength = 0 });
    private static readonly TestCertificate NoSignRoot = new(TestCertificate.Root("no sign root") with { Authority = null });

    private static readonly TestCertificate Middle = new(TestCertificate.Intermediate("middle", RootA));
    private static readonly TestCertificate OtherMiddle = new(TestCertificate.Intermediate("middle", RootA));
    private static readonly TestCertificate MiddleByB = new(TestCertificate.Intermediate("middle", RootB) with { Key = Middle.Key });
    private static readonly TestCertificate ExpiredMiddle =
        new(TestCertificate.Intermediate("middle", RootA) with { Key = Middle.Key, NotAfter = Now.AddDays(-2) });
    private static readonly TestCertificate FutureMiddle =
        new(TestCertificate.Intermediate("middle", RootA) with { Key = Middle.Key, NotBefore = Now.AddDays(3) });
    private static readonly TestCertificate ClientMiddle =
        new(TestCertificate.Intermediate("client middle", RootA) with { Purposes = [TestCertificate.ClientAuth] });
    private static readonly TestCertificate Lower = new(TestCertificate.Intermediate("lower", Middle));
    private static readonly TestCertificate ShortMiddle = new(TestCertificate.Intermediate("short middle", ShortRoot));
    private static readonly TestCertificate ConstrainedMiddle =
        new(TestCertificate.Intermediate("constrained", RootA) with { Extra = NoAddressesOf127() });

    private static readonly TestCertificate PlainMiddle = new(TestCertificate.Intermediate("plain middle", PlainRootA) with { Identifiers = false });
    private static readonly TestCertificate OtherPlainMiddle = new(
        TestCertificate.Intermediate("plain middle", PlainRootA) with { Identifiers = false });

    private static readonly TestCertificate Leaf = LeafOf(Middle);
    private static readonly TestCertificate LowerLeaf = LeafOf(Lower);
    private static readonly TestCertificate ByLeaf = LeafOf(Leaf, "by leaf");
    private static readonly TestCertificate ByPlain = new(new TestCertificateSpec("by plain") { Issuer = PlainRootA, Identifiers = false });
    private static readonly TestCertificate ByPlainMiddle = new(
        new TestCertificateSpec("by plain middle") { Issuer = PlainMiddle, Identifiers = false });
    private static readonly TestCertificate Alone = new(new TestCertificateSpec("alone"));
    private static readonly TestCertificate AloneAuthority = new(new TestCertificateSpec("alone CA") { Authority = true });
    private static readonly TestCertificate Expired = new(Spec("expired", Middle) with { NotAfter = Now.AddDays(-1) });
    private static readonly TestCertificate Future = new(Spec("future", Middle) with { NotBefore = Now.AddDays(1) });

    public static IReadOnlyDictionary<string, ServerTrustCase> All { get; } = new Dictionary<string, ServerTrustCase>
    {
        ["root trusted, intermediate sent"] = new([Leaf, Middle], RootA.Pem),
        ["root trusted, intermediate not sent"] = new([Leaf], RootA.Pem,
            ["'CN=leaf'", "issued by 'CN=middle'", "'CN=root A'", "not trusted", "append its certificate to the server's certificate file"]),
        ["only the intermediate trusted, not sent"] = new([Leaf], Middle.Pem),
        ["only the intermediate trusted, sent"] = new([Leaf, Middle], Middle.Pem),
        ["only the intermediate trusted, root sent too"] = new([Leaf, Middle, RootA], Middle.Pem),
        ["two intermediates, upper trusted"] = new([LowerLeaf, Lower], Middle.Pem),
        ["two intermediates, lower trusted, nothing sent"] = new([LowerLeaf], Lower.Pem),
        ["intermediates sent in the wrong order"] = new([LowerLeaf, RootA, Middle, Lower], RootA.Pem),
        ["something foreign sent too"] = new([Leaf, RootB, Middle, OtherRootA], RootA.Pem),
        ["intermediate missing between two"] = new([LowerLeaf, Lower], RootA.Pem, ["'CN=middle', which issued 'CN=lower'", "not trusted"]),
        ["several roots"] = new([Leaf, Middle], RootB.Pem + ShortRoot.Pem + RootA.Pem),
        ["intermediate and root trusted, nothing sent"] = new([Leaf], RootA.Pem + Middle.Pem),
        ["CRLF, comments, blank lines, repeated"] = new([Leaf, Middle],
            ("# our CA\nsubject=CN=root A\n\n" + RootA.Pem + "\n  some text -- here\n" + RootA.Pem).Replace("\n", "\r\n", StringComparison.Ordinal)),
        ["another root of the same name"] = new([Leaf, Middle], OtherRootA.Pem, ["'CN=root A'", "a different key", "same name"]),
        ["another intermediate of the same name"] = new([Leaf], OtherMiddle.Pem, ["'CN=middle'", "a different key"]),
        ["two roots of the same name, the right one last"] = new([Leaf, Middle], OtherRootA.Pem + RootA.Pem),
        ["two roots of the same name, the right one first"] = new([Leaf, Middle], RootA.Pem + OtherRootA.Pem),
        ["two roots of the same name without key identifiers"] = new([ByPlain], OtherPlainRootA.Pem + PlainRootA.Pem),
        ["another root of the same name without key identifiers"] = new([ByPlain], OtherPlainRootA.Pem, ["'CN=plain A'", "a different key"]),
        ["only the intermediate trusted, without key identifiers"] = new([ByPlainMiddle], PlainMiddle.Pem),
        ["another intermediate of the same name without key identifiers"] = new(
            [ByPlainMiddle], OtherPlainMiddle.Pem, ["'CN=plain middle'", "a different key"]),
        ["two intermediates of the same name without key identifiers"] = new([ByPlainMiddle], OtherPlainMiddle.Pem + PlainMiddle.Pem),
        ["cross-signed, the other way trusted, both sent"] = new([Leaf, Middle, MiddleByB], RootB.Pem),
        ["cross-signed, both sent, the other order"] = new([Leaf, MiddleByB, Middle], RootA.Pem),
        ["cross-signed, only the wrong way sent"] = new([Leaf, Middle], RootB.Pem, ["'CN=root A', which issued 'CN=middle'", "'CN=root B'"]),
        ["cross-signed intermediate trusted by itself"] = new([Leaf], MiddleByB.Pem),
        ["expired intermediate sent"] = new([Leaf, ExpiredMiddle], RootA.Pem, ["'CN=middle'", "expired on", "this machine's clock"]),
        ["expired intermediate trusted"] = new([Leaf], ExpiredMiddle.Pem, ["'CN=middle'", "expired on"]),
        ["expired and renewed intermediate sent"] = new([Leaf, ExpiredMiddle, Middle], RootA.Pem),
        ["intermediate not yet valid"] = new([Leaf, FutureMiddle], RootA.Pem, ["'CN=middle'", "not valid before"]),
        ["expired root trusted"] = new([Leaf, Middle], ExpiredRootA.Pem, ["'CN=root A'", "expired on"]),
        ["expired root beside the renewed one"] = new([Leaf, Middle], ExpiredRootA.Pem + RootA.Pem),
        ["expired root above a trusted intermediate"] = new([Leaf, Middle], ExpiredRootA.Pem + Middle.Pem),
        ["leaf used as an authority, sent"] = new([ByLeaf, Leaf, Middle], RootA.Pem, ["'CN=leaf'", "is not an authority"]),
        ["leaf used as an authority, trusted"] = new([ByLeaf], Leaf.Pem, ["'CN=leaf'", "is not an authority"]),
        ["authority without basic constraints"] = new([LeafOf(NoSignRoot)], NoSignRoot.Pem, ["'CN=no sign root'", "is not an authority"]),
        ["the server's own certificate trusted"] = new([Leaf], Leaf.Pem),
        ["the server's own certificate trusted, expired"] = new([Expired], Expired.Pem, ["'CN=expired'", "expired on"]),
        ["self-signed server trusted"] = new([Alone], Alone.Pem),
        ["self-signed authority as server trusted"] = new([AloneAuthority], AloneAuthority.Pem),
        ["self-signed server not trusted"] = new([Alone], RootA.Pem, ["self-signed", "'CN=alone'", "--auto-tls", "fingerprint"]),
        ["path too long"] = new([LeafOf(ShortMiddle), ShortMiddle], ShortRoot.Pem, ["path length"]),
        ["address excluded by name constraints"] = new([LeafOf(ConstrainedMiddle), ConstrainedMiddle], RootA.Pem, ["name constraints"]),
        ["intermediate for clients only"] = new(
            [LeafOf(ClientMiddle), ClientMiddle], RootA.Pem, ["'CN=client middle'", "not issued for servers", "clientAuth"]),
        ["trusted intermediate for clients only"] = new([LeafOf(ClientMiddle)], ClientMiddle.Pem, ["'CN=client middle'", "not issued for servers"]),
        ["expired"] =
            new([Expired, Middle], RootA.Pem,
            ["the server's certificate ('CN=expired') expired on "
                + $"{Expired.Certificate.NotAfter.ToUniversalTime():u}", "clock says", "renew the server's certificate"]),
        ["not yet valid"] =
            new([Future, Middle], RootA.Pem,
            ["('CN=future') is not valid before " + $"{Future.Certificate.NotBefore.ToUniversalTime():u}", "clock says", "date -u"]),
        ["for clients only"] = new([new(Spec("client", Middle) with { Purposes = [TestCertificate.ClientAuth] }), Middle], RootA.Pem,
            ["'CN=client'", "not issued for servers", "clientAuth", "extended key usage serverAuth"]),
        ["any usage"] = new([new(Spec("any", Middle) with { Purposes = ["2.5.29.37.0"] }), Middle], RootA.Pem),
        ["no usage named"] = new([new(Spec("none", Middle) with { Purposes = [] }), Middle], RootA.Pem),
        ["another address"] = new([new(Spec("n1", Middle) with { Addresses = ["10.0.0.1"], DnsNames = ["n1.example"] }), Middle], RootA.Pem,
            ["not valid for '127.0.0.1', only for n1.example, 10.0.0.1", "Use one of these names"]),
        ["the address as a name"] =
            new([new(Spec("n1", Middle) with { Addresses = [], DnsNames = ["127.0.0.1"] }), Middle], RootA.Pem,
            ["lists '127.0.0.1' as a DNS name", "IP:127.0.0.1"]),
        ["no alternative names"] = new([new(Spec("127.0.0.1", Middle) with { Addresses = [] }), Middle], RootA.Pem,
            ["no subject alternative names", "'127.0.0.1' in its subject alternative names"]),
        ["expired, and for another name"] = new(
            [new(Spec("old", Middle) with { NotAfter = Now.AddDays(-1), Addresses = ["10.0.0.1"] }), Middle], RootA.Pem,
            ["expired on", "also, ", "not valid for '127.0.0.1'"]),
    };

    private static TestCertificateSpec Spec(string name, TestCertificate issuer) => new(name) { Issuer = issuer };

    private static TestCertificate LeafOf(TestCertificate issuer, string name = "leaf") => new(Spec(name, issuer));

    // NameConstraints { excludedSubtrees [1] { { iPAddress [7] 127.0.0.0/255.0.0.0 } } }: RFC 5280, 4.2.1.10.
    private static X509Extension NoAddressesOf127() =>
        new("2.5.29.30", [0x30, 0x0E, 0xA1, 0x0C, 0x30, 0x0A, 0x87, 0x08, 127, 0, 0, 0, 255, 0, 0, 0], critical: true);
}
