using System.Text.Json;

namespace EtcdAdmin.Diagnosis.Signatures;

/// <summary>All known errors, from <c>signatures.json</c> beside this file.</summary>
public static class SignatureTable
{
    private const string Resource = "Diagnosis/Signatures/signatures.json";

    private static readonly Lazy<IReadOnlyList<EtcdErrorSignature>> Loaded = new(Load);

    /// <summary>All of them; the specific ones come first, and the first that matches a text counts.</summary>
    public static IReadOnlyList<EtcdErrorSignature> All => Loaded.Value;

    /// <summary>The error that a text reports; null for none that is known.</summary>
    /// <param name="text">The text of a log line, or a message.</param>
    public static EtcdErrorSignature? Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return All.FirstOrDefault(signature => signature.Matches(text));
    }

    private static EtcdErrorSignature[] Load()
    {
        using Stream file = typeof(SignatureTable).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"There is no file {Resource}.");
        return JsonSerializer.Deserialize<EtcdErrorSignature[]>(file, JsonSerializerOptions.Web)!; // an array
    }
}
