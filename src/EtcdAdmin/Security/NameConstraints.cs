using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Security;

/// <summary>The names that certificates of an authority may have (RFC 5280, 4.2.1.10). Certificates without a name are not limited by it.</summary>
internal static class NameConstraints
{
    private const string Oid = "2.5.29.30";
    private static readonly Asn1Tag Permitted = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Address = new(TagClass.ContextSpecific, 7);

    /// <summary>The extension, which is critical.</summary>
    /// <param name="names">Host names, and IP addresses; at least one of each kind, because a kind without a name is not limited.</param>
    public static X509Extension Create(IEnumerable<string> names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(Permitted))
        {
            foreach (string name in names.Distinct(StringComparer.OrdinalIgnoreCase))
            {
                using (writer.PushSequence())
                {
                    // An address comes with its mask.
                    if (IPAddress.TryParse(name, out IPAddress? address))
                        writer.WriteOctetString([.. address.GetAddressBytes(), .. address.GetAddressBytes().Select(_ => byte.MaxValue)], Address);
                    else writer.WriteCharacterString(UniversalTagNumber.IA5String, name.TrimStart('*', '.'), DnsName);
                }
            }
        }

        return new X509Extension(Oid, writer.Encode(), critical: true);
    }
}
