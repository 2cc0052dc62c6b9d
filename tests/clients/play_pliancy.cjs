// SPDX-License-Identifier: Apache-2.0
// The node client of github.com/pliancy/microsoft-partnercenter-node, unmodified, with only its two hosts changed, plays
// create customer → order → change quantity → suspend → reactivate.
//
//   node play_pliancy.cjs ACCESS.json CLIENT
//
// CLIENT is what `require` shall load: the installed package's name or the folder of a copy. It is not in the npm registry
// that this repository's tests install from, so no test of the suite needs it.
'use strict'
const fs = require('fs')
const crypto = require('crypto')
const assert = require('assert/strict')
const { createRequire } = require('module')

const [accessFile, client] = process.argv.slice(2)
const access = JSON.parse(fs.readFileSync(accessFile, 'utf8'))
const partner = access.partners.find((one) => one.kind === 'sandbox')
const { MicrosoftPartnerCenter } = require(client)
const axios = createRequire(require.resolve(client))('axios') // the copy that the client itself uses

let logins = 0
axios.interceptors.request.use((request) => {
    if (request.url.startsWith('https://login.microsoftonline.com')) logins++
    request.url = request.url.replace('https://login.microsoftonline.com', access.authority)
    return request
})

function connect(secret) {
    const center = new MicrosoftPartnerCenter({
        partnerDomain: partner.domain,
        authentication: { clientId: partner.clientId, clientSecret: secret },
        conflict: { retryOnConflict: true, retryOnConflictDelayMs: 1, maximumRetries: 2 },
    })
    center.httpAgent.defaults.baseURL = `${access.apiRoot}/v1/`
    return center
}

function check(what, got, wanted) {
    assert.deepEqual(got, wanted, what)
    console.log(`ok ${what}`)
}

async function refused(what, call, status) {
    const error = await call.then(() => null, (error) => error)
    check(what, error?.response?.status, status)
    check(`${what}: in Partner Center's envelope`, Array.isArray(error.response.data.data), true)
    return error.response.data
}

async function main() {
    const center = connect(partner.clientSecret)
    const domain = `pliancy${crypto.randomBytes(6).toString('hex')}.onmicrosoft.de`
    // As the client's types have it: members in PascalCase and one that this edition of the API does not know.
    const customer = await center.createCustomer({
        enableGDAPByDefault: false,
        CompanyProfile: { Domain: domain },
        BillingProfile: {
            Culture: 'de-DE',
            Email: 'tomke.harms@werft.example',
            Language: 'de',
            CompanyName: 'Werft Beispiel GmbH',
            DefaultAddress: {
                FirstName: 'Tomke',
                LastName: 'Harms',
                AddressLine1: 'Am Dock 3',
                City: 'Emden',
                State: '',
                PostalCode: '26723',
                Country: 'DE',
            },
        },
    })
    check('customer created', customer.companyProfile.domain, domain)
    check('first administrator', customer.userCredentials.userName, `admin@${domain}`)
    const read = await center.getCustomerById(customer.id)
    check('private members come back open', read.billingProfile.defaultAddress.city, 'Emden')
    const all = await center.getAllCustomers()
    check('customer is listed', all.some((one) => one.id === customer.id), true)

    const { data: offers } = await center.httpAgent.get('/offers?country=DE')
    const offer = offers.items.find((one) => one.name.includes('E3') && !one.isAddOn && !one.isTrial)
    const order = await center.createOrder(customer.id, 'monthly', [{ offerId: offer.id, quantity: 5 }])
    const id = order.lineItems[0].subscriptionId
    check('order placed', order.lineItems[0].quantity, 5)
    check('found by offer', (await center.getCustomerSubscriptionByOfferId(customer.id, offer.id)).id, id)
    const state = async () => {
        const { status, quantity } = await center.getCustomerSubscriptionById(customer.id, id)
        return { status, quantity }
    }
    check('as ordered', await state(), { status: 'active', quantity: 5 })
    check('quantity', (await center.updateCustomerSubscriptionUsers(customer.id, id, 9)).quantity, 9)
    check('quantity changed', await state(), { status: 'active', quantity: 9 })
    await center.updateCustomerSubscription(customer.id, id, { status: 'suspended' })
    check('suspended', await state(), { status: 'suspended', quantity: 9 })
    await center.updateCustomerSubscription(customer.id, id, { status: 'active' })
    check('reactivated', await state(), { status: 'active', quantity: 9 })
    check('invoices', Array.isArray(await center.getInvoices()), true)
    check('one token for all of it', logins, 1)

    const users = await refused('users are the customer’s own affair', center.getAllCustomerUsers(customer.id), 403)
    check('the refusal says where to go', users.data[0], 'sovereignty_restricted')
    await refused('unknown customer', center.getCustomerById(crypto.randomUUID()), 404)
    await assert.rejects(connect('wrong').getAllCustomers(), /secret|client/i)
    console.log('ok wrong secret is said in words')
}

main().catch((error) => {
    console.error(`FAILED ${error.stack}\n${JSON.stringify(error.response?.data)}`)
    process.exit(1)
})
