# Certificates, as operators deal with them at the prompt.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"
}

AfterAll { Remove-OwnHome }

Describe 'Certificates' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'are shown with their place and the days that are left' {
        $all = Get-EtcdCertificate demo
        $all | Where-Object Problems | Should -BeNullOrEmpty
        ($all | Where-Object IsServed).Use | Should -Be Server, Peer
        ($all | Out-String -Width 120) | Should -Match 'demo +demo-1 +Server +36[345] +https://127\.0\.0\.1:\d+'
        ($all | ConvertTo-Json -Depth 3) | Should -Not -Match 'PRIVATE KEY'
    }

    It 'show what is wrong with them' {
        ($all = Get-EtcdCertificate demo -WarnDays 1000 | Where-Object Use -eq Client).Problems | Should -BeLike 'It expires in 36? day(s), on *UTC.'
        ($all | Out-String -Width 120) | Should -Match 'It expires in'
    }

    It 'of a file and of an endpoint are shown; one that fails does not hide the others' {
        $ca = (Get-EtcdCertificate demo | Where-Object { -not $_.Member -and $_.Use -eq 'Authority' }).Place
        $found = Get-EtcdCertificate -Path (Join-Path $TestDrive nothing.crt), $ca -ErrorAction SilentlyContinue -ErrorVariable failed
        $found.Use | Should -Be Authority
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'EtcdCertificateInvalid,*'
        (Get-EtcdCertificate -Endpoint (Get-EtcdMember demo).ClientUrls[0]).Subject | Should -Be 'CN=demo-1'
    }

    It 'are tested at every endpoint, with a verdict in words' {
        $found = Test-EtcdTls demo
        $found.Passed | Should -Be $true -Because $found.Verdict
        $found.Member | Should -Be demo-1
        $found.ClientCertificate | Should -Be Required
        $found.Chain[0].Subject | Should -Be $found.Subject
        ($found | Out-String -Width 80) | Should -Match 'https://127\.0\.0\.1:\d+ +TLS 1\.[23] +36[345] TLS works: the certificate'
        ($found | Out-String -Width 80) -split "`n" | ForEach-Object { $_.TrimEnd().Length | Should -BeLessOrEqual 80 }
    }

    It 'are tested with files; an endpoint that fails does not hide the others' {
        $url = (Get-EtcdMember demo).ClientUrls[0].OriginalString.TrimEnd('/')
        $pki = Split-Path (Get-EtcdCertificate demo | Where-Object { -not $_.Member -and $_.Use -eq 'Authority' }).Place
        $found = Test-EtcdTls -Endpoint https://127.0.0.1:1, $url -CaFile $pki/ca.crt -CertificateFile $pki/client.crt -KeyFile $pki/client.key
        $found.Passed | Should -Be $false, $true
        $found[0].Verdict | Should -BeLike '*127.0.0.1:1*'
        $found[0].NextStep | Should -Not -BeNullOrEmpty
        $stranger = Test-EtcdTls -Endpoint $url -CaFile $pki/ca.crt
        $stranger.Passed | Should -BeFalse
        $stranger.Verdict | Should -BeLike 'The server requires a client certificate and none was given*'
    }

    It 'in PKCS#12 files are used with their passphrase' {
        $url = (Get-EtcdMember demo).ClientUrls[0].OriginalString.TrimEnd('/')
        $pki = Split-Path (Get-EtcdCertificate demo | Where-Object { -not $_.Member -and $_.Use -eq 'Authority' }).Place
        $pem = [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPemFile("$pki/client.crt", "$pki/client.key")
        [IO.File]::WriteAllBytes("$TestDrive/me.p12", $pem.Export('Pkcs12', 'sesame'))
        $right = ConvertTo-SecureString sesame -AsPlainText -Force
        $wrong = ConvertTo-SecureString other -AsPlainText -Force
        (Connect-EtcdCluster $url -CaFile $pki/ca.crt -CertificateFile $TestDrive/me.p12 -Passphrase $right | Get-EtcdHealth).Healthy | Should -BeTrue
        (Get-EtcdCertificate -Path $TestDrive/me.p12 -Passphrase $right).Subject | Should -Be $pem.Subject
        { Connect-EtcdCluster $url -CaFile $pki/ca.crt -CertificateFile $TestDrive/me.p12 -Passphrase $wrong -ErrorAction Stop } |
            Should -Throw -ErrorId 'EtcdCertificateInvalid,*'
    }

    It 'are renewed only after the plan is agreed to, and only if they are due' {
        $before = Get-EtcdCertificate demo
        Update-EtcdCertificate demo -WhatIf | Should -BeNullOrEmpty
        Update-EtcdCertificate demo -DaysLeft 30 -InformationVariable said | Should -BeNullOrEmpty
        "$said" | Should -Be 'No certificate of cluster demo is due; nothing to do.'
        (Get-EtcdCertificate demo).Thumbprint | Should -Be $before.Thumbprint
        $renewed = $before | Update-EtcdCertificate -Confirm:$false
        $renewed.Use | Should -Be Client, Server, Peer
        $renewed | ForEach-Object { $_.Thumbprint | Should -Not -BeIn $before.Thumbprint }
        (Get-EtcdHealth demo).Healthy | Should -BeTrue
    }

    It 'of an own authority are made in files' {
        $secret = ConvertTo-SecureString 'secret' -AsPlainText -Force
        New-EtcdCertificateAuthority 'own CA' "$TestDrive/ca" -WhatIf | Should -BeNullOrEmpty
        Test-Path "$TestDrive/ca" | Should -BeFalse
        $ca = New-EtcdCertificateAuthority 'CN=own CA, O=Example' "$TestDrive/ca" -KeyAlgorithm EcdsaP384 -ValidDays 100 -Passphrase $secret
        $ca.KeyFile | Should -FileContentMatch 'ENCRYPTED PRIVATE KEY'
        { New-EtcdCertificateAuthority other "$TestDrive/ca" } | Should -Throw -ErrorId 'EtcdFileExists,*'
        $own = @{ CertificateAuthority = $ca.Path; CertificateAuthorityKey = $ca.KeyFile; Passphrase = $secret }
        $made = New-EtcdCertificate -CommonName n1 -HostName 10.0.0.1 -ExtraName '{member}.example.org' -Destination "$TestDrive/n1" @own
        $made.Use | Should -Be Server, Peer
        $made[1].Names | Should -Be 'n1.example.org', '10.0.0.1'
        ($made | Out-String -Width 120) | Should -Match 'n1 +Server +\d{4}-\d\d-\d\d +CN=n1 +'
        { New-EtcdCertificate -CommonName n2 -HostName n2 -Destination "$TestDrive/n2" -ValidDays 200 @own } | Should -Throw -ErrorId 'EtcdCertificateInvalid,*'
        Test-Path "$TestDrive/n2" | Should -BeFalse
        (Get-EtcdCertificate -Path $made[0].Path).Issuer | Should -Be 'CN=own CA, O=Example'
    }

    It 'of the cluster and requests are made in files, and signed ones are taken into use' {
        $client = New-EtcdCertificate demo "$TestDrive/demo" -Use Client -CommonName app
        $client.Subject | Should -Be 'CN=app'
        $requests = New-EtcdCertificate demo "$TestDrive/requests" -RequestOnly
        $requests.IsRequest | Should -Be $true, $true
        ($requests | Out-String -Width 120) | Should -Match 'demo-1 +Peer +\(request\)'
        { Update-EtcdCertificate demo -Path "$TestDrive/requests" -Confirm:$false } | Should -Throw -ErrorId 'EtcdCertificateInvalid,*'
        New-EtcdCertificate demo "$TestDrive/signed" | Out-Null
        $before = Get-EtcdCertificate demo
        $renewed = Update-EtcdCertificate demo -Path "$TestDrive/signed" -Confirm:$false
        $renewed.Use | Should -Be Server, Peer
        $renewed | ForEach-Object { $_.Thumbprint | Should -Not -BeIn $before.Thumbprint }
        (Get-EtcdHealth demo).Healthy | Should -BeTrue
    }

    It 'of clients are turned off and on again' {
        Set-EtcdConfiguration demo -ClientCertificate NotRequested -WhatIf | Should -BeNullOrEmpty
        Set-EtcdConfiguration demo -ClientCertificate NotRequested -Confirm:$false -WarningVariable warned -WarningAction SilentlyContinue | Out-Null
        "$warned" | Should -BeLike 'Every client that reaches the members*'
        (Test-EtcdTls demo).ClientCertificate | Should -Be NotRequested
        Set-EtcdConfiguration demo -ClientCertificate Required -Confirm:$false -WarningAction SilentlyContinue | Out-Null
        (Test-EtcdTls demo).ClientCertificate | Should -Be Required
    }

    It 'get another authority' {
        $before = Get-EtcdCertificate demo
        Update-EtcdCertificateAuthority demo -WhatIf | Should -BeNullOrEmpty
        $authority = $before | Update-EtcdCertificateAuthority -Confirm:$false -WarningAction SilentlyContinue
        $authority.Thumbprint | Should -Not -BeIn $before.Thumbprint
        (Get-EtcdCertificate demo | Where-Object Use -eq Authority).Thumbprint | Select-Object -Unique | Should -Be $authority.Thumbprint
        (Get-EtcdHealth demo).Healthy | Should -BeTrue
    }

    It 'of an authority whose key is elsewhere are checked before anything is changed' {
        { Update-EtcdCertificateAuthority demo -CertificatePath $TestDrive -WhatIf } | Should -Throw '*need the certificate of their root authority*'
        $ca = New-EtcdCertificateAuthority 'CN=corporate root' "$TestDrive/corporate"
        New-EtcdCertificate demo "$TestDrive/elsewhere" -Use Server, Peer -CertificateAuthority $ca.Path -CertificateAuthorityKey $ca.KeyFile | Out-Null
        $both = @{ CertificateAuthority = $ca.Path; CertificatePath = "$TestDrive/elsewhere" }
        { Update-EtcdCertificateAuthority demo -CertificateAuthorityKey $ca.KeyFile @both -WhatIf } | Should -Throw '*whose key is elsewhere*'
        { Update-EtcdCertificateAuthority demo @both -WhatIf } | Should -Throw '*client-root.crt*'
        New-EtcdCertificate demo "$TestDrive/elsewhere" -Use Client -CommonName root -CertificateAuthority $ca.Path -CertificateAuthorityKey $ca.KeyFile |
            Out-Null
        Update-EtcdCertificateAuthority demo @both -WhatIf -WarningAction SilentlyContinue
        Test-Path (Join-Path $env:ETCDADMIN_HOME clusters/demo/pki/next-ca.crt) | Should -BeFalse
    }

    It 'that were issued for a client are listed, and revoked through the pipeline' {
        $package = (Export-EtcdCredential demo $TestDrive -UserName app).Path
        $issued = @(Get-EtcdCertificate demo -Issued | Where-Object Subject -EQ 'CN=app')
        $issued.Count | Should -Be 1
        $issued | Revoke-EtcdCertificate -WhatIf
        (Get-EtcdCertificate demo -Issued).Problems | Should -BeNullOrEmpty

        $revoked = $issued | Revoke-EtcdCertificate -Confirm:$false
        $revoked.SerialNumber | Should -Be $issued.SerialNumber
        ($revoked | Out-String -Width 80) | Should -Match "demo +$($issued.SerialNumber) 20\d\d-\d\d-\d\d \d\d:\d\d +CN=app"
        (Get-EtcdCertificate demo -Issued | Where-Object Subject -EQ 'CN=app').Problems | Should -BeLike 'It was revoked on 20*'
        (Get-EtcdHealth demo).Healthy | Should -BeTrue
        { Connect-EtcdCluster -CredentialPackage $package -ErrorAction Stop } | Should -Throw
    }

    It 'of peers get an authority of their own, which is replaced alone or with the other one' {
        { Update-EtcdCertificateAuthority demo -Scope Peer -WhatIf } | Should -Throw -ErrorId 'EtcdInvalidArgument,*'
        { Install-EtcdCluster two -Local -NoTls -SeparatePeerAuthority -WhatIf } | Should -Throw -ErrorId 'EtcdSpecInvalid,*'
        Update-EtcdCertificateAuthority demo -SeparatePeerAuthority -WhatIf -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $pki = Join-Path $env:ETCDADMIN_HOME clusters/demo/pki
        Test-Path "$pki/peer-ca.crt" | Should -BeFalse
        $clients = (Get-EtcdCertificate demo | Where-Object { -not $_.Member -and $_.Use -eq 'Authority' }).Thumbprint

        $peers = Update-EtcdCertificateAuthority demo -SeparatePeerAuthority -Confirm:$false -WarningAction SilentlyContinue
        $peers.CaFile | Should -Be "$pki/peer-ca.crt"
        $all = Get-EtcdCertificate demo
        $all | Where-Object Problems | Should -BeNullOrEmpty
        ($all | Where-Object { -not $_.Member -and $_.Use -eq 'Authority' }).Thumbprint | Should -Be $clients, $peers.Thumbprint
        ($all | Where-Object Use -eq Peer).Issuer | Select-Object -Unique | Should -Be $peers.Subject

        (Update-EtcdCertificateAuthority demo -Scope Peer -Confirm:$false).Thumbprint | Should -Not -Be $peers.Thumbprint
        $both = Update-EtcdCertificateAuthority demo -Confirm:$false -WarningAction SilentlyContinue
        $both.CaFile | Should -Be "$pki/ca.crt", "$pki/peer-ca.crt"
        (Get-EtcdHealth demo).Healthy | Should -BeTrue
    }
}
