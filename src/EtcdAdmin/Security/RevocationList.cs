using System.Formats.Asn1;

namespace EtcdAdmin.Security;

/// <summary>Revocation lists of authorities: X.509 v2 (RFC 5280, 5), DER.</summary>
/// <remarks>etcd compares only serial numbers (<c>client/pkg/transport/listener_tls.go</c>). It reads the file at each new connection, PEM or DER
/// up to 3.5 and DER only from 3.6 on, and refuses every connection if it cannot.</remarks>
internal static class RevocationList
{
    /// <summary>The serial numbers in a list, as <see cref="RevokedCertificate.SerialNumber"/>; null if it is not a list.</summary>
    public static IReadOnlySet<string>? TryReadSerialNumbers(byte[] der)
    {
        try
        {
            return ReadSerialNumbers(new AsnReader(der, AsnEncodingRules.DER).ReadSequence().ReadSequence());
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>A serial number in the usual form: upper-case hexadecimal, without separators and without bytes that are zero in front.</summary>
    /// <exception cref="FormatException">It is not hexadecimal, is zero, or has more than 20 bytes.</exception>
    public static string Normalize(string serialNumber)
    {
        const int MostBytes = 20; // RFC 5280, 4.1.2.2
        string digits = string.Concat(serialNumber.Where(c => c is not (':' or ' ' or '-')));
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) digits = digits[2..];
        if (digits.Length % 2 == 1) digits = "0" + digits;
        byte[] bytes = [.. Convert.FromHexString(digits).SkipWhile(part => part == 0)];
        if (bytes.Length is 0 or > MostBytes) throw new FormatException("A serial number is not zero and has at most 20 bytes.");
        return Convert.ToHexString(bytes);
    }

    // RFC 5280, 5.1. The platform can write lists but gives no access to their entries.
    private static HashSet<string> ReadSerialNumbers(AsnReader list)
    {
        var serials = new HashSet<string>(StringComparer.Ordinal);
        if (list.PeekTag().HasSameClassAndValue(Asn1Tag.Integer)) list.ReadInteger(); // version
        list.ReadSequence(); // algorithm
        list.ReadSequence(); // issuer
        list.ReadEncodedValue(); // this update
        if (list.HasData && IsTime(list.PeekTag())) list.ReadEncodedValue(); // next update
        if (!list.HasData || !list.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)) return serials;
        AsnReader entries = list.ReadSequence();
        while (entries.HasData)
        {
            byte[] serial = [.. entries.ReadSequence().ReadIntegerBytes().ToArray().SkipWhile(part => part == 0)];
            serials.Add(Convert.ToHexString(serial));
        }

        return serials;
    }

    private static bool IsTime(Asn1Tag tag) =>
        tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);
}
